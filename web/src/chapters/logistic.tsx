import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useNumber, useRows, useText } from "../address";
import { Curve } from "../charts/curve";
import { HIGH, LOW, Legend, NAMES, Points, type Row, inside, segment } from "../charts/plane";
import { Plot } from "../charts/plot";
import { Choice, Figures, Refusal, Slider } from "../controls";
import { useComputed } from "../hooks";
import { meanLoss } from "../maths";
import { Question } from "../question";
import { Rich, brief, shown, t } from "../words";
import { AtHand, Paragraphs, Workbench } from "./chapter";
import { type Finding, Findings, type Table, Tables } from "./table";

export const OVERLAPPING: Row[] = [
  [-2.4, -1.2, 0], [-1.9, 0.8, 0], [-1.2, -2.1, 0], [-0.8, -0.4, 0], [-0.2, 1.1, 0], [0.4, -1.5, 0], [0.9, -0.3, 0], [1.3, 0.9, 0],
  [-0.9, 1.9, 1], [-0.4, -0.7, 1], [0.3, 0.4, 1], [0.8, 2.2, 1], [1.2, -1.1, 1], [1.8, 1.3, 1], [2.3, -0.2, 1], [2.7, 2.0, 1],
];
const APART: Row[] = [
  [-2.4, -1.2, 0], [-1.9, 0.8, 0], [-1.2, -2.1, 0], [-0.8, -0.4, 0], [-1.4, -0.9, 0],
  [0.8, 2.2, 1], [1.2, 0.9, 1], [1.8, 1.3, 1], [2.3, -0.2, 1], [2.7, 2.0, 1],
];
const RANGE: [number, number] = [LOW, HIGH];
/** Log-odds at which class B has probability 0.1, 0.5 and 0.9. */
const LEVELS = [-Math.log(9), 0, Math.log(9)];

export interface Fitted {
  cross_entropy: number | null;
  tables: Table[];
  findings: Finding[];
  coefficients: Row[] | null;
  direction: Row[] | null;
}

export function Logistic(): JSX.Element {
  const [rows, setRows] = useRows("points", OVERLAPPING);
  const weights = [useNumber("w0", 0, -10, 10), useNumber("w1", 1, -10, 10), useNumber("w2", 0, -10, 10)] as const;
  const w = weights.map(([each]) => each);
  const [showFit, setShowFit] = useText("fit", "no");
  const { value, refused } = useComputed<Fitted>("/api/points/fit", { points: rows });
  const best = value?.coefficients?.[1] ?? null;
  const twoClasses = rows.some((row) => row[2] === 0) && rows.some((row) => row[2] === 1);
  return (
    <>
      <Paragraphs keys={["logistic.p1", "logistic.p2", "logistic.p3"]} />
      <Workbench goal="logistic.goal">
        <Plane rows={rows} setRows={setRows} byHand={w} best={showFit === "yes" ? best : null} parting={value?.direction?.[1] ?? null} />
        <Add rows={rows} setRows={setRows} classes={2} />
        {weights.map(([each, set], j) => (
          <Slider key={j} tint="second" label={<Rich k={(["logistic.w0", "logistic.w1", "logistic.w2"] as const)[j]!} as="span" />} plain={`w${j}`} value={each} low={-10} high={10} step={0.05} text={brief(each)} onChange={set} />
        ))}
        <div class="buttons">
          <button type="button" aria-pressed={showFit === "yes"} onClick={() => setShowFit(showFit === "yes" ? "no" : "yes")}>{t(showFit === "yes" ? "logistic.hide_fit" : "logistic.show_fit")}</button>
          <button type="button" class="quiet" onClick={() => setRows(APART)}>{t("logistic.apart")}</button>
          <button type="button" class="quiet" onClick={() => setRows(OVERLAPPING)}>{t("logistic.overlapping")}</button>
        </div>
        <Figures rows={[
          [t("logistic.loss_hand"), shown(meanLoss(rows, w), 5), "second"],
          [t("logistic.loss_fit"), best ? shown(value?.cross_entropy, 5) : t("logistic.none"), "main"],
          [t("logistic.loss_nothing"), shown(meanLoss(rows, [0, 0, 0]), 5)],
        ]} />
        <Refusal said={refused} />
        {value && <Findings found={value.findings} />}
      </Workbench>
      <Question
        name="logistic"
        question={<Rich k="logistic.question" />}
        answers={[<Rich k="logistic.answer1" as="span" />, <Rich k="logistic.answer2" as="span" />, <Rich k="logistic.answer3" as="span" />]}
        right={2}
        because={<Rich k="logistic.because" />}
      />
      {twoClasses && <Steps rows={rows} />}
      <section>
        <h2>{t("logistic.apart_title")}</h2>
        <Paragraphs keys={["logistic.apart_p1", "logistic.apart_p2"]} />
      </section>
      <section>
        <h2>{t("logistic.table_title")}</h2>
        <Paragraphs keys={["logistic.table_p1"]} />
        {value && value.tables.length > 0 ? <Tables tables={value.tables} /> : <p>{t("logistic.no_table")}</p>}
        <Paragraphs keys={["logistic.table_p2", "logistic.table_p3", "logistic.table_p4"]} />
      </section>
      <AtHand names={["cross-entropy-of-sigmoid", "logistic-gradient", "logistic-hessian", "logistic-convexity", "gradient-descent-step", "newton-step"]} />
    </>
  );
}

function Plane({ rows, setRows, byHand, best, parting }: { rows: Row[]; setRows: (rows: Row[]) => void; byHand: Row; best: Row | null; parting: Row | null }): JSX.Element {
  return (
    <>
      <Legend classes={2} />
      <Plot
        label={t("logistic.figure")}
        x={RANGE}
        y={RANGE}
        square
        zero
        xLabel="x₁"
        yLabel="x₂"
        caption={<><Rich k="logistic.caption" as="span" /> {parting && <strong>{t("logistic.parting")}</strong>}</>}
        onClick={(x, y) => setRows([...rows, [inside(x), inside(y), 1]])}
      >
        {(area) => (
          <>
            {LEVELS.map((level) => (
              <Curve key={level} area={area} points={segment(byHand, level)} class={level === 0 ? "second" : "second thin"} />
            ))}
            {parting && <Curve area={area} points={segment(parting, 0)} class="reference" />}
            {best && LEVELS.map((level) => <Curve key={level} area={area} points={segment(best, level)} class={level === 0 ? "" : "thin"} />)}
            <Points area={area} rows={rows} classes={2} onChange={setRows} />
          </>
        )}
      </Plot>
    </>
  );
}

/** Buttons that add a point of a class, for those who do not click into the figure. */
export function Add({ rows, setRows, classes }: { rows: Row[]; setRows: (rows: Row[]) => void; classes: number }): JSX.Element {
  const place = ((rows.length * 7) % 11) / 4 - 1.25;
  return (
    <div class="buttons">
      {NAMES.slice(0, classes).map((name, k) => (
        <button type="button" class="quiet" key={name} onClick={() => setRows([...rows, [inside(place), inside(-place), k]])}>
          {t("plane.add", { name })}
        </button>
      ))}
    </div>
  );
}

interface Way {
  steps: { weights: number[]; loss: number | null; gradient: number[] }[];
  ended: "singular" | "far" | null;
}

/** Gradient descent and Newton's method, step by step from zero. */
function Steps({ rows }: { rows: Row[] }): JSX.Element {
  const [method, setMethod] = useText("method", "descent") as ["descent" | "newton", (method: "descent" | "newton") => void];
  const [rate, setRate] = useNumber("rate", 1, 0.01, 100);
  const [steps, setSteps] = useNumber("steps", 3, 0, 200);
  const { value, refused } = useComputed<Way>("/api/points/path", { points: rows, start: [0, 0, 0], method, rate, steps });
  const way = value?.steps ?? [];
  const last = way.at(-1);
  const losses = way.map((each, i) => [i, each.loss ?? Infinity] as [number, number]);
  const highest = Math.max(0.75, ...losses.map(([, each]) => (Number.isFinite(each) ? each : 0))) * 1.05;
  const spoken = useSettled(last ? t("logistic.at_step", { n: way.length - 1, loss: shown(last.loss, 5) }) : "");
  return (
    <section>
      <h2>{t("logistic.steps_title")}</h2>
      <Paragraphs keys={["logistic.steps_p1", "logistic.steps_p2"]} />
      <Workbench goal="logistic.steps_goal">
        <Choice label={t("logistic.method")} value={method} options={[["descent", t("logistic.descent")], ["newton", t("logistic.newton")]]} onChange={setMethod} />
        {method === "descent" && <Slider tint="second" label={t("logistic.rate")} value={rate} low={0.01} high={100} logarithmic text={brief(rate, 3)} onChange={(v) => setRate(Number(v.toPrecision(2)))} />}
        <div class="buttons">
          {[1, 10].map((more) => (
            <button type="button" key={more} disabled={steps >= 200 || value?.ended === "singular" || value?.ended === "far"} onClick={() => setSteps(Math.min(200, steps + more))}>{t("logistic.more_steps", { n: more })}</button>
          ))}
          <button type="button" class="quiet" disabled={steps === 0} onClick={() => setSteps(0)}>{t("logistic.to_start")}</button>
        </div>
        <div class="pair">
          <Plot label={t("logistic.way_figure")} x={RANGE} y={RANGE} square xLabel="x₁" yLabel="x₂">
            {(area) => (
              <g aria-hidden="true">
                <path class="curve past" d={way.slice(0, -1).map((each) => segment(each.weights, 0).map(([x, y], end) => `${end ? "L" : "M"}${area.x(x)},${area.y(y)}`).join("")).join("")} />
                {last && <Curve area={area} points={segment(last.weights, 0)} class="second" />}
                {[0, 1].map((k) => (
                  <path key={k} class={`dots ${k ? "second" : "main"}`} d={rows.filter((row) => row[2] === k).map(([x, y]) => `M${area.x(x!)},${area.y(y!)}h0`).join("")} />
                ))}
              </g>
            )}
          </Plot>
          <Plot label={t("logistic.loss_figure")} x={[0, Math.max(5, way.length - 1)]} y={[0, highest]} square xLabel={t("logistic.step")} yLabel={t("cross.loss")} xFormat={(v) => (Number.isInteger(v) ? String(v) : "")}>
            {(area) => (
              <>
                <Curve area={area} points={losses} class="second" />
                <path class="dots second" aria-hidden="true" d={losses.filter(([, y]) => Number.isFinite(y)).map(([x, y]) => `M${area.x(x)},${area.y(y)}h0`).join("")} />
              </>
            )}
          </Plot>
        </div>
        <Refusal said={refused} />
        <Figures rows={[
          [t("logistic.step"), String(Math.max(0, way.length - 1))],
          [t("cross.loss"), shown(last?.loss, 6), "second"],
          [<Rich k="logistic.weights" as="span" />, last ? last.weights.map((each) => shown(each, 3)).join(", ") : "–"],
          [t("logistic.gradient"), last ? shown(Math.max(...last.gradient.map(Math.abs)), 2) : "–"],
        ]} />
        <p role="status" class="said">{value?.ended ? t(value.ended === "far" ? "logistic.far" : "logistic.singular") : spoken}</p>
      </Workbench>
    </section>
  );
}

/** A text that is spoken once it has stopped changing. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => {
    timer.current = window.setTimeout(() => setSettled(text), 400);
    return () => window.clearTimeout(timer.current);
  }, [text]);
  return settled;
}
