import type { JSX } from "preact";
import { useNumber } from "../address";
import { Curve, sampled } from "../charts/curve";
import { Handle } from "../charts/handle";
import { Plot } from "../charts/plot";
import { Figures, Slider } from "../controls";
import { logBase, secantOfLog, slopeOfLog } from "../maths";
import { Question } from "../question";
import { Rich, brief, shown, t } from "../words";
import { AtHand, Paragraphs, Workbench } from "./chapter";

const LARGEST = 20;

export function Logarithm(): JSX.Element {
  const [a, setA] = useNumber("a", 2, 1.2, 16);
  const [x, setX] = useNumber("x", 8, 0.1, LARGEST);
  const y = logBase(x, a);
  const move = (to: number): void => setX(Math.min(LARGEST, Math.max(0.1, Math.round(to * 100) / 100)));
  return (
    <>
      <Paragraphs keys={["logarithm.p1", "logarithm.p2"]} />
      <Workbench goal="logarithm.goal">
        <Plot label={t("logarithm.figure")} x={[0, LARGEST]} y={[-4, 5]} xLabel="x" yLabel={t("logarithm.y")} zero height={280} caption={t("logarithm.caption")}>
          {(area) => (
            <>
              <Curve area={area} points={sampled((v) => logBase(v, Math.E), 0.01, LARGEST, 400)} class="reference" />
              <Curve area={area} points={sampled((v) => logBase(v, a), 0.01, LARGEST, 400)} class="main" />
              <path class="lead" aria-hidden="true" d={`M${area.x(x)},${area.y(0)}V${area.y(y)}H${area.x(0)}`} />
              <Handle
                area={area}
                x={x}
                y={y}
                label={t("logarithm.point", { x: brief(x), y: shown(y) })}
                description={t("handle.sideways")}
                class="main"
                onMove={move}
              />
            </>
          )}
        </Plot>
        <Slider label={t("logarithm.base")} value={a} low={1.2} high={16} logarithmic text={brief(a, 3)} onChange={(v) => setA(Number(v.toPrecision(3)))} />
        <Slider label="x" value={x} low={0.1} high={LARGEST} step={0.1} text={brief(x)} onChange={move} />
        <Figures rows={[
          [<>log<sub>{brief(a, 3)}</sub> {brief(x)}</>, shown(y, 5), "main"],
          [<>{brief(a, 3)}<sup>{shown(y, 5)}</sup></>, shown(x, 5)],
        ]} />
      </Workbench>
      <Question
        name="logarithm"
        question={<Rich k="logarithm.question" />}
        answers={[<Rich k="logarithm.answer1" as="span" />, <Rich k="logarithm.answer2" as="span" />, <Rich k="logarithm.answer3" as="span" />]}
        right={1}
        because={<Rich k="logarithm.because" />}
      />
      <ProductToSum a={a} />
      <Slope a={a} x={x} />
      <AtHand names={["log-product", "log-power", "change-of-base", "log-derivative", "log-below-line"]} />
    </>
  );
}

/** Two lengths laid end to end, as on a slide rule. */
function ProductToSum({ a }: { a: number }): JSX.Element {
  const [first, setFirst] = useNumber("u", 3, 1, 20);
  const [second, setSecond] = useNumber("v", 5, 1, 20);
  const [one, two] = [logBase(first, a), logBase(second, a)];
  const longest = 2 * logBase(20, a);
  return (
    <section>
      <h2>{t("logarithm.product_title")}</h2>
      <Paragraphs keys={["logarithm.product_p1", "logarithm.product_p2"]} />
      <Workbench goal="logarithm.product_goal">
        <Plot label={t("logarithm.product_figure")} x={[0, longest]} y={[0, 2]} height={130} yFormat={() => ""} xLabel={t("logarithm.length")}>
          {({ x, y }) => (
            <g aria-hidden="true">
              <rect class="bar first" x={x(0)} width={x(one) - x(0)} y={y(1.85)} height={y(1.15) - y(1.85)} />
              <rect class="bar second" x={x(one)} width={x(one + two) - x(one)} y={y(1.85)} height={y(1.15) - y(1.85)} />
              <rect class="bar main" x={x(0)} width={x(logBase(first * second, a)) - x(0)} y={y(0.85)} height={y(0.15) - y(0.85)} />
            </g>
          )}
        </Plot>
        <Slider tint="first" label="X" value={first} low={1} high={20} step={0.5} text={brief(first)} onChange={setFirst} />
        <Slider tint="second" label="Y" value={second} low={1} high={20} step={0.5} text={brief(second)} onChange={setSecond} />
        <Figures rows={[
          [<>log<sub>{brief(a, 3)}</sub> {brief(first)}</>, shown(one, 5), "first"],
          [<>log<sub>{brief(a, 3)}</sub> {brief(second)}</>, shown(two, 5), "second"],
          [<>log<sub>{brief(a, 3)}</sub> {brief(first * second)}</>, shown(logBase(first * second, a), 5), "main"],
        ]} />
      </Workbench>
    </section>
  );
}

/** The slope as the limit of slopes of lines through two points. */
function Slope({ a, x }: { a: number; x: number }): JSX.Element {
  const [h, setH] = useNumber("h", 4, 1e-6, 10);
  const at = Math.min(x, 8);
  const height = logBase(at, a);
  const [secant, slope] = [secantOfLog(at, h, a), slopeOfLog(at, a)];
  const lineAt = (k: number) => (v: number): number => height + k * (v - at);
  return (
    <section>
      <h2>{t("logarithm.slope_title")}</h2>
      <Paragraphs keys={["logarithm.slope_p1", "logarithm.slope_p2"]} />
      <Workbench goal="logarithm.slope_goal">
        <Plot label={t("logarithm.slope_figure")} x={[0, LARGEST]} y={[-4, 5]} xLabel="x" zero height={260} caption={t("logarithm.slope_caption")}>
          {(area) => (
            <>
              <Curve area={area} points={sampled((v) => logBase(v, a), 0.01, LARGEST, 400)} class="main" />
              <Curve area={area} points={sampled(lineAt(slope), 0, LARGEST, 1)} class="reference" />
              <Curve area={area} points={sampled(lineAt(secant), 0, LARGEST, 1)} class="second" />
              <circle class="dot second" cx={area.x(at)} cy={area.y(height)} r="4" />
              <circle class="dot second" cx={area.x(at + h)} cy={area.y(height + h * secant)} r="4" />
            </>
          )}
        </Plot>
        <Slider tint="second" label="h" value={h} low={1e-6} high={10} logarithmic text={brief(h, 3)} onChange={(v) => setH(Number(v.toPrecision(3)))} />
        <Figures rows={[
          [t("logarithm.secant"), shown(secant, 7), "second"],
          [<Rich k="logarithm.slope" as="span" />, shown(slope, 7)],
          [t("logarithm.difference"), shown(secant - slope, 2)],
        ]} />
      </Workbench>
    </section>
  );
}
