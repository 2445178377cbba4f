import type { JSX } from "preact";
import { useNumber, useText } from "../address";
import { Curve, sampled } from "../charts/curve";
import { Handle } from "../charts/handle";
import { TINTS } from "../charts/plane";
import { Plot } from "../charts/plot";
import { Choice, Figures, Slider } from "../controls";
import { crossEntropy, divergence, entropy, softmax } from "../maths";
import { Question } from "../question";
import { Rich, brief, shown, t } from "../words";
import { AtHand, Paragraphs, Workbench } from "./chapter";

const LEAST = 0.001;
const loss = (truth: number, p: number): number => crossEntropy([truth, 1 - truth], [p, 1 - p]);

export function CrossEntropy(): JSX.Element {
  const [truth, setTruth] = useNumber("t", 1, 0, 1);
  const [p, setP] = useNumber("p", 0.7, LEAST, 1 - LEAST);
  const move = (to: number): void => setP(Math.min(1 - LEAST, Math.max(LEAST, Math.round(to * 1000) / 1000)));
  return (
    <>
      <Paragraphs keys={["cross.p1", "cross.p2"]} />
      <Workbench goal="cross.goal">
        <Plot label={t("cross.figure")} x={[0, 1]} y={[0, 5]} xLabel={t("cross.predicted")} yLabel={t("cross.loss")} height={280} caption={t("cross.caption")}>
          {(area) => (
            <>
              <Curve area={area} points={sampled((v) => -Math.log(v), LEAST / 5, 1)} class="reference" />
              <Curve area={area} points={sampled((v) => -Math.log(1 - v), 0, 1 - LEAST / 5)} class="reference" />
              <Curve area={area} points={sampled((v) => loss(truth, v), LEAST / 5, 1 - LEAST / 5, 400)} class="main" />
              <path class="lead" aria-hidden="true" d={`M${area.x(truth)},${area.y(0)}V${area.y(5)}`} />
              <Handle area={area} x={p} y={Math.min(5, loss(truth, p))} step={0.01} class="second" label={t("cross.point", { p: brief(p), loss: shown(loss(truth, p)) })} description={t("handle.sideways")} onMove={move} />
            </>
          )}
        </Plot>
        <Slider tint="second" label={t("cross.predicted")} value={p} low={LEAST} high={1 - LEAST} step={0.001} text={brief(p)} onChange={move} />
        <Slider label={t("cross.truth")} value={truth} low={0} high={1} step={0.05} text={brief(truth)} onChange={setTruth} />
        <Figures rows={[
          [t("cross.loss"), shown(loss(truth, p), 5), "second"],
          [t("cross.entropy"), shown(entropy([truth, 1 - truth]), 5), "main"],
          [t("cross.divergence"), shown(divergence([truth, 1 - truth], [p, 1 - p]), 5)],
        ]} />
      </Workbench>
      <Question
        name="cross-entropy"
        question={<Rich k="cross.question" />}
        answers={[<Rich k="cross.answer1" as="span" />, <Rich k="cross.answer2" as="span" />, <Rich k="cross.answer3" as="span" />]}
        right={1}
        because={<Rich k="cross.because" />}
      />
      <Several />
      <AtHand names={["binary-cross-entropy", "categorical-cross-entropy", "cross-entropy-is-entropy-plus-kl", "binary-cross-entropy-derivative", "softmax-cross-entropy-gradient"]} />
    </>
  );
}

const TRUTHS = { "one-hot": [0, 1, 0], soft: [0.2, 0.7, 0.1], even: [1 / 3, 1 / 3, 1 / 3] };
const FACES = [0, 1, 2];

/** K classes: what is true, one-hot or soft, against what scores give by softmax. */
function Several(): JSX.Element {
  const [kind, setKind] = useText("truth", "one-hot") as [keyof typeof TRUTHS, (kind: keyof typeof TRUTHS) => void];
  const scores = [useNumber("z1", 0.5, -6, 6), useNumber("z2", 1, -6, 6), useNumber("z3", -0.5, -6, 6)];
  const truth = TRUTHS[kind] ?? TRUTHS["one-hot"];
  const y = softmax(scores.map(([z]) => z));
  const total = crossEntropy(truth, y);
  return (
    <section>
      <h2>{t("cross.several_title")}</h2>
      <Paragraphs keys={["cross.several_p1", "cross.several_p2"]} />
      <Workbench goal="cross.several_goal">
        <Choice label={t("cross.true_classes")} value={kind} options={[["one-hot", t("cross.one_hot")], ["soft", t("cross.soft")], ["even", t("cross.even")]]} onChange={setKind} />
        <Plot label={t("cross.several_figure")} x={[0.4, 3.6]} y={[0, 1]} xTicks={[1, 2, 3]} xLabel={t("cross.class")} yLabel={t("dice.probability")} height={230} caption={t("cross.several_caption")}>
          {(area) => (
            <g aria-hidden="true">
              {FACES.map((k) => (
                <g key={k}>
                  <rect class="bar main" x={area.x(k + 0.65)} width={area.x(0.3) - area.x(0)} y={area.y(truth[k]!)} height={area.y(0) - area.y(truth[k]!)} />
                  <rect class="bar second" x={area.x(k + 1.05)} width={area.x(0.3) - area.x(0)} y={area.y(y[k]!)} height={area.y(0) - area.y(y[k]!)} />
                </g>
              ))}
            </g>
          )}
        </Plot>
        {scores.map(([z, setZ], k) => (
          <Slider key={k} tint="second" label={t("cross.score", { k: k + 1 })} value={z} low={-6} high={6} step={0.1} text={t("cross.score_is", { z: brief(z), y: shown(y[k], 3) })} onChange={setZ} />
        ))}
        <Figures rows={[
          [t("cross.total"), shown(total, 5), "second"],
          [t("cross.entropy"), shown(entropy(truth), 5), "main"],
          [t("cross.divergence"), shown(divergence(truth, y), 5)],
        ]} />
        <Figures label={t("cross.gradient")} rows={FACES.map((k) => [t("cross.slope", { k: k + 1 }), shown(y[k]! - truth[k]!, 3), TINTS[1]] as const)} />
      </Workbench>
    </section>
  );
}
