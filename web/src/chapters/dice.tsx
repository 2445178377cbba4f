import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { change, useNumber, useText } from "../address";
import { Handle } from "../charts/handle";
import { Plot } from "../charts/plot";
import { Choice, Figures, Refusal, Slider } from "../controls";
import { useComputed } from "../hooks";
import { crossEntropy, divergence, entropy, logLikelihood, withProbability } from "../maths";
import { Question } from "../question";
import { Rich, count, shown, t } from "../words";
import { AtHand, Paragraphs, Workbench } from "./chapter";

const FACES = [1, 2, 3, 4, 5, 6];
const FAIR = FACES.map(() => 1 / 6);
const DICE = {
  fair: FAIR,
  heavy: [0.15, 0.15, 0.15, 0.15, 0.15, 0.25],
  subtle: FACES.map((face) => (face === 6 ? 1.1 / 6 : (1 - 1.1 / 6) / 5)),
};
type Die = keyof typeof DICE;
const MOST = 100_000;

interface Thrown {
  counts: number[];
  first: number[];
}

interface Judged {
  tests: { lr: { p_value: number }; exact: { p_value: number; std_error: number | null } };
}

export function Dice(): JSX.Element {
  const [n, setN] = useNumber("n", 60, 0, MOST);
  const [seed, setSeed] = useNumber("seed", 7, 0, 1e9);
  const [die, setDie] = useText("die", "heavy") as [Die, (die: Die) => void];
  const [given, setGiven] = useText("p", "");
  const p = probabilities(given);
  const { value, refused } = useComputed<Thrown>("/api/dice/throw", { n, seed, p: DICE[die] ?? FAIR });
  const counts = value?.counts ?? FACES.map(() => 0);
  const total = counts.reduce((a, b) => a + b, 0);
  const share = counts.map((each) => (total ? each / total : 0));
  const setP = (next: readonly number[]): void => setGiven(next.map((each) => each.toFixed(5)).join(","));
  const [spoken, setSpoken] = useState("");
  const throwMore = (more: number): void => {
    setN(Math.min(MOST, n + more));
    setSpoken(t("dice.thrown", { more: count(more), n: count(Math.min(MOST, n + more)) }));
  };
  const move = (k: number, to: number): void => setP(withProbability(p, k, Math.min(0.99, Math.max(0.002, to))));
  const highest = Math.max(0.4, ...share, ...p) * 1.05;
  return (
    <>
      <Paragraphs keys={["dice.p1", "dice.p2"]} />
      <Workbench goal="dice.goal">
        <div class="buttons">
          {[1, 10, 1000].map((more) => (
            <button type="button" key={more} disabled={n >= MOST} onClick={() => throwMore(more)}>
              {t("dice.throw", { n: count(more) })}
            </button>
          ))}
          <button type="button" class="quiet" onClick={() => change({ n: "0" })}>{t("dice.reset")}</button>
          <button type="button" class="quiet" onClick={() => setSeed((seed % 1000) + 1)}>{t("dice.new")}</button>
        </div>
        <p role="status" class="said">{spoken}</p>
        <Refusal said={refused} />
        <p class="throws" aria-label={t("dice.first")}>
          {(value?.first ?? []).map((face, i) => <span key={i}>{"⚀⚁⚂⚃⚄⚅"[face - 1]}</span>)}
          {n > 20 && <span>… ({count(n)})</span>}
        </p>
        <Plot
          label={t("dice.figure")}
          x={[0.4, 6.6]}
          y={[0, highest]}
          xTicks={FACES}
          xLabel={t("dice.face")}
          yLabel={t("dice.probability")}
          height={280}
          caption={<Rich k="dice.caption" as="span" />}
        >
          {(area) => (
            <>
              {FACES.map((face, k) => (
                <rect
                  key={face}
                  class="bar main"
                  aria-hidden="true"
                  x={area.x(face - 0.32)}
                  width={area.x(face + 0.32) - area.x(face - 0.32)}
                  y={area.y(share[k]!)}
                  height={area.y(0) - area.y(share[k]!)}
                />
              ))}
              {FACES.map((face, k) => (
                <g key={face}>
                  <line class="level" aria-hidden="true" x1={area.x(face - 0.36)} x2={area.x(face + 0.36)} y1={area.y(p[k]!)} y2={area.y(p[k]!)} />
                  <Handle
                    area={area}
                    x={face}
                    y={p[k]!}
                    step={0.01}
                    shape="diamond"
                    class="second"
                    label={t("dice.handle", { face, p: shown(p[k], 3), share: shown(share[k], 3) })}
                    description={t("handle.upwards")}
                    onMove={(_, to) => move(k, to)}
                  />
                </g>
              ))}
            </>
          )}
        </Plot>
        <div class="buttons">
          <button type="button" onClick={() => setP(FAIR)}>{t("dice.to_fair")}</button>
          <button type="button" disabled={total === 0} onClick={() => setP(share)}>{t("dice.to_shares")}</button>
        </div>
        <Figures label={t("dice.numbers")} rows={[
          [t("dice.likelihood"), power(logLikelihood(counts, p))],
          [t("dice.log_likelihood"), shown(logLikelihood(counts, p), 6), "second"],
          [t("dice.cross_entropy"), total ? shown(crossEntropy(share, p), 6) : "–"],
          [t("dice.entropy"), total ? shown(entropy(share), 6) : "–", "main"],
          [t("dice.divergence"), total ? shown(divergence(share, p), 4) : "–"],
        ]} />
        <Choice
          label={t("dice.which")}
          value={die}
          options={[["fair", t("dice.fair")], ["heavy", t("dice.heavy")], ["subtle", t("dice.subtle")]]}
          onChange={setDie}
        />
      </Workbench>
      <Question
        name="dice"
        question={<Rich k="dice.question" />}
        answers={[<Rich k="dice.answer1" as="span" />, <Rich k="dice.answer2" as="span" />, <Rich k="dice.answer3" as="span" />]}
        right={2}
        because={<Rich k="dice.because" />}
      />
      <Fair counts={counts} total={total} />
      <AtHand names={["one-throw", "dice-likelihood", "why-take-the-log", "dice-mle", "dice-mle-is-maximum"]} />
    </>
  );
}

/** Is it fair, and how many throws it takes to know. */
function Fair({ counts, total }: { counts: number[]; total: number }): JSX.Element {
  const [percent, setPercent] = useNumber("percent", 10, 2, 100);
  const { value, refused } = useComputed<Judged>("/api/dice/judge", { counts });
  const needed = useComputed<{ throws: number }>("/api/dice/needed", { faces: 6, percent });
  const p = value?.tests.exact.p_value;
  return (
    <section>
      <h2>{t("dice.fair_title")}</h2>
      <Paragraphs keys={["dice.fair_p1", "dice.fair_p2"]} />
      <Workbench goal="dice.fair_goal">
        <Slider label={t("dice.percent")} value={percent} low={2} high={100} step={1} text={`${percent} %`} onChange={setPercent} />
        <Refusal said={refused ?? needed.refused} />
        <Figures rows={[
          [t("dice.needed"), needed.value ? count(needed.value.throws) : "–", "main"],
          [t("dice.have"), count(total)],
          [t(value?.tests.exact.std_error ? "dice.p_drawn" : "dice.p_exact"), shown(p, 3)],
          [t("dice.p_lr"), shown(value?.tests.lr.p_value, 3)],
        ]} />
        <p role="status">{p === undefined ? "" : total === 0 ? t("dice.no_throws") : t(p < 0.05 ? "dice.rejected" : "dice.kept")}</p>
      </Workbench>
    </section>
  );
}

function probabilities(text: string): readonly number[] {
  const found = text.split(",").map(Number);
  const total = found.reduce((a, b) => a + b, 0);
  const fine = found.length === 6 && found.every((each) => each >= 0) && Math.abs(total - 1) < 1e-3;
  return fine ? found.map((each) => each / total) : FAIR;
}

/** e^x with a decimal exponent of any size: a double ends at 10^-308. */
function power(x: number): string {
  if (x > -690) return shown(Math.exp(x), 4);
  if (x === -Infinity) return "0";
  const tens = Math.floor(x / Math.LN10);
  return shown(10 ** (x / Math.LN10 - tens), 4) + `×10${String(tens).replace(/[-\d]/g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]!))}`;
}
