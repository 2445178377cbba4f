import type { JSX } from "preact";
import { useNumber, useRows } from "../address";
import { Handle } from "../charts/handle";
import { HIGH, LOW, Legend, NAMES, Points, type Row, TINTS, inside, region } from "../charts/plane";
import { Plot } from "../charts/plot";
import { Figures, Refusal, Slider } from "../controls";
import { useComputed } from "../hooks";
import { linear, softmax } from "../maths";
import { Question } from "../question";
import { Rich, brief, shown, t } from "../words";
import { AtHand, Paragraphs, Workbench } from "./chapter";
import { Add, type Fitted } from "./logistic";
import { Findings, Tables } from "./table";

const THREE: Row[] = [
  [-2.6, -1.4, 0], [-1.8, -2.2, 0], [-1.5, -0.3, 0], [-0.6, -1.2, 0], [0.2, -0.4, 0], [-0.9, 0.9, 0],
  [0.6, -2.1, 1], [1.4, -0.9, 1], [2.1, -1.9, 1], [2.6, -0.2, 1], [1.1, 0.6, 1], [-0.3, -1.6, 1],
  [-1.2, 1.8, 2], [-0.2, 2.6, 2], [0.5, 1.2, 2], [1.3, 2.3, 2], [1.9, 0.9, 2], [-0.4, 0.3, 2],
];

export function Classes(): JSX.Element {
  const [rows, setRows] = useRows("points", THREE);
  const [px, setPx] = useNumber("px", 0, LOW, HIGH);
  const [py, setPy] = useNumber("py", 0.5, LOW, HIGH);
  const [shift, setShift] = useNumber("c", 0, -5, 5);
  const { value, refused } = useComputed<Fitted>("/api/points/fit", { points: rows });
  const best = value?.coefficients ?? null;
  const there = NAMES.map((_, k) => rows.some((row) => row[2] === k));
  const scores = best ? best.map((w) => linear(w, px, py) + shift) : null;
  const present = NAMES.flatMap((_, k) => (there[k] ? [k] : []));
  const p = scores ? softmax(present.map((k) => scores[k]!)) : null;
  return (
    <>
      <Paragraphs keys={["classes.p1", "classes.p2", "classes.p3"]} />
      <Workbench goal="classes.goal">
        <Legend classes={3} />
        <Plot label={t("classes.figure")} x={[LOW, HIGH]} y={[LOW, HIGH]} square zero xLabel="x₁" yLabel="x₂" caption={<Rich k="classes.caption" as="span" />}>
          {(area) => (
            <>
              {best && present.map((k) => (
                <polygon key={k} class={`region ${TINTS[k]}`} aria-hidden="true" points={region(present.map((j) => best[j]!), present.indexOf(k)).map(([x, y]) => `${area.x(x)},${area.y(y)}`).join(" ")} />
              ))}
              <Points area={area} rows={rows} classes={3} onChange={setRows} />
              <Handle
                area={area}
                x={px}
                y={py}
                shape="diamond"
                class="free"
                label={t("classes.probe", { x: px.toFixed(1), y: py.toFixed(1), said: p ? present.map((k, i) => `${NAMES[k]} ${shown(p[i], 2)}`).join(", ") : "–" })}
                description={t("handle.point")}
                onMove={(x, y) => {
                  setPx(inside(x));
                  setPy(inside(y));
                }}
              />
            </>
          )}
        </Plot>
        <Add rows={rows} setRows={setRows} classes={3} />
        <Slider tint="second" label={t("classes.shift")} value={shift} low={-5} high={5} step={0.1} text={brief(shift)} onChange={setShift} />
        <Figures label={t("classes.scores")} rows={present.map((k) => [t("classes.score", { name: NAMES[k]! }), scores ? shown(scores[k], 4) : "–", TINTS[k]!] as const)} />
        <Figures label={t("classes.probabilities")} rows={present.map((k, i) => [t("classes.probability", { name: NAMES[k]! }), p ? shown(p[i], 4) : "–", TINTS[k]!] as const)} />
        <Refusal said={refused} />
        {value && <Findings found={value.findings} />}
      </Workbench>
      <Question
        name="classes"
        question={<Rich k="classes.question" />}
        answers={[<Rich k="classes.answer1" as="span" />, <Rich k="classes.answer2" as="span" />, <Rich k="classes.answer3" as="span" />]}
        right={0}
        because={<Rich k="classes.because" />}
      />
      <section>
        <h2>{t("classes.table_title")}</h2>
        <Paragraphs keys={["classes.table_p1"]} />
        {value && <Tables tables={value.tables} />}
      </section>
      <AtHand names={["softmax-derivative", "softmax-cross-entropy-gradient", "softmax-regression-gradient", "softmax-hessian"]} />
    </>
  );
}
