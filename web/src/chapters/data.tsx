import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Curve } from "../charts/curve";
import { Plot } from "../charts/plot";
import { Figures, Refusal } from "../controls";
import { Question } from "../question";
import { Refused, type Refusal as Said, ask, compute, upload } from "../server";
import { Signal, useSignal } from "../signal";
import { Rich, count, language, shown, t } from "../words";
import { AtHand, Paragraphs, Workbench } from "./chapter";
import { Findings, type Fit, Table } from "./table";

interface Column {
  name: string;
  kind: string;
  distinct: number;
  missing: number;
  levels: { level: string; rows: number }[];
}

interface Described {
  key: string;
  name: string;
  rows: number;
  columns: Column[];
  more: number;
  target: string | null;
}

interface Bin {
  predicted: number;
  observed: number;
  low: number;
  high: number;
}

interface Fitted {
  fit: Fit;
  summary: string;
  hints: Record<string, string>;
  calibration: { class: string; bins: Bin[] }[];
  command: string;
  python: string;
}

type Role = "number" | "level" | "out";

/** What was read and chosen: going to another chapter does not lose it. */
interface Chosen {
  file: Described;
  target: string;
  roles: Record<string, Role>;
}

const chosen = new Signal<Chosen | null>(null);
const MOST = 100_000_000;

export function Data(): JSX.Element {
  const now = useSignal(chosen);
  const lang = useSignal(language);
  const [refused, setRefused] = useState<Said | null>(null);
  const [busy, setBusy] = useState(false);
  const [fitted, setFitted] = useState<{ of: Chosen; asked: object; value: Fitted } | null>(null);
  const [over, setOver] = useState(false);
  const result = useRef<HTMLHeadingElement>(null);

  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setRefused(null);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error.said);
    } finally {
      setBusy(false);
    }
  };
  const take = (file: Described): void => {
    const roles = Object.fromEntries(file.columns.map((each) => [each.name, usualRole(each, file.rows)]));
    chosen.value = { file, target: file.target ?? file.columns.at(-1)?.name ?? "", roles };
    setFitted(null);
  };
  const read = (file: File): Promise<void> =>
    run(async () => {
      if (file.size > MOST) throw new Refused({ code: "LL423", message: t("data.too_large"), hint: t("data.too_large_hint") });
      take(await upload<Described>(`/api/data?name=${encodeURIComponent(file.name)}`, file));
    });
  const fit = (firth: boolean): Promise<void> =>
    run(async () => {
      const { file, target, roles } = chosen.value!;
      const used = file.columns.filter((each) => each.name !== target && roles[each.name] !== "out");
      const asked = {
        key: file.key,
        target,
        features: used.map((each) => each.name),
        categorical: used.filter((each) => each.kind === "number" && roles[each.name] === "level").map((each) => each.name),
        firth,
      };
      setFitted({ of: chosen.value!, asked, value: await compute<Fitted>("/api/data/fit", asked) });
      requestAnimationFrame(() => result.current?.focus());
    });
  const save = ({ asked, of }: { asked: object; of: Chosen }): Promise<void> =>
    run(async () => {
      const { html } = await compute<{ html: string }>("/api/data/report", asked);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([html], { type: "text/html" }));
      link.download = `${of.target.replace(/[^\p{L}\p{N}]+/gu, "-") || "report"}.html`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  useEffect(() => {
    if (chosen.value) return;
    // The file that the lab was started with, if it was; that there is none is no fault.
    ask<{ given: boolean }>("/api/start")
      .then(async ({ given }) => {
        if (given && !chosen.value) take(await ask<Described>("/api/data/given"));
      })
      .catch((error: unknown) => {
        if (!(error instanceof Refused)) throw error;
      });
  }, [lang]);

  return (
    <>
      <Paragraphs keys={["data.p1", "data.p2"]} />
      <Workbench goal="data.goal">
        <div
          class={`drop ${over ? "over" : ""}`}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            setOver(false);
            const file = event.dataTransfer?.files[0];
            if (file) void read(file);
          }}
        >
          <label>
            {t("data.drop")}
            <span class="pick">{t("data.choose")}</span>
            <input
              type="file"
              accept=".csv,.tsv,.parquet"
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (file) void read(file);
              }}
            />
          </label>
          <button type="button" class="quiet" onClick={() => void read(new File([sample()], "exam.csv"))}>{t("data.sample")}</button>
        </div>
        <p role="status" class="said">{busy ? t("data.busy") : now ? t("data.has", { name: now.file.name, rows: count(now.file.rows) }) : ""}</p>
        <Refusal said={refused} />
        {now && <Columns now={now} />}
        {now && (
          <div class="buttons">
            <button type="button" disabled={busy} onClick={() => void fit(false)}>{t("data.fit")}</button>
          </div>
        )}
      </Workbench>
      {fitted && (
        <section class="fitted">
          <h2 ref={result} tabIndex={-1}>{t("data.result", { target: fitted.of.target })}</h2>
          <Findings fit={fitted.value.fit} hints={fitted.value.hints} />
          {fitted.value.fit.findings.some((each) => each.code === "LL201") && (
            <>
              <Rich k="data.separated" />
              <div class="buttons"><button type="button" disabled={busy} onClick={() => void fit(true)}>{t("data.firth")}</button></div>
            </>
          )}
          {fitted.value.fit.terms.length > 0 && (
            <>
              <p>{t("data.compared", { reference: fitted.value.fit.reference ?? "" })}</p>
              <Table fit={fitted.value.fit} />
              <Figures rows={[
                [t("data.rows"), count(fitted.value.fit.n_rows)],
                [t("dice.log_likelihood"), shown(fitted.value.fit.log_likelihood, 6), "main"],
                [t("data.null"), shown(fitted.value.fit.null_log_likelihood, 6)],
                [t("data.per_row"), shown(fitted.value.fit.cross_entropy, 5)],
              ]} />
            </>
          )}
          {fitted.value.calibration.map((each) => <Calibration key={each.class} name={each.class} bins={each.bins} />)}
          {fitted.value.fit.terms.length > 0 && (
            <div class="buttons"><button type="button" class="quiet" disabled={busy} onClick={() => void save(fitted)}>{t("data.report")}</button></div>
          )}
          <h3>{t("data.same")}</h3>
          <pre tabIndex={0} aria-label={t("data.command")}>{fitted.value.command}</pre>
          <pre tabIndex={0} aria-label={t("data.python")}>{fitted.value.python}</pre>
          <details>
            <summary>{t("data.summary")}</summary>
            <pre tabIndex={0} aria-label={t("data.summary")}>{fitted.value.summary}</pre>
          </details>
        </section>
      )}
      <Question
        name="data"
        question={<Rich k="data.question" />}
        answers={[<Rich k="data.answer1" as="span" />, <Rich k="data.answer2" as="span" />, <Rich k="data.answer3" as="span" />]}
        right={1}
        because={<Rich k="data.because" />}
      />
      <AtHand names={["logistic-gradient", "newton-step"]} />
    </>
  );
}

function Columns({ now }: { now: Chosen }): JSX.Element {
  const set = (name: string, role: Role): void => {
    chosen.value = { ...now, roles: { ...now.roles, [name]: role } };
  };
  return (
    <>
      <label class="field">
        <span>{t("data.target")}</span>
        <select value={now.target} onChange={(event) => { chosen.value = { ...now, target: event.currentTarget.value }; }}>
          {now.file.columns.map((each) => <option key={each.name} value={each.name}>{each.name}</option>)}
        </select>
      </label>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("data.columns")}>
        <table class="columns-seen">
          <caption>{t("data.columns")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("data.column")}</th>
              <th scope="col">{t("data.used")}</th>
              <th scope="col">{t("data.distinct")}</th>
              <th scope="col">{t("data.missing")}</th>
              <th scope="col">{t("data.most")}</th>
            </tr>
          </thead>
          <tbody>
            {now.file.columns.map((each) => (
              <tr key={each.name}>
                <th scope="row">{each.name}</th>
                <td>
                  {each.name === now.target ? (
                    t("data.is_target")
                  ) : (
                    <select aria-label={t("data.use_of", { name: each.name })} value={now.roles[each.name]} onChange={(event) => set(each.name, event.currentTarget.value as Role)}>
                      {each.kind === "number" && <option value="number">{t("data.as_number")}</option>}
                      <option value="level">{t("data.as_level")}</option>
                      <option value="out">{t("data.out")}</option>
                    </select>
                  )}
                </td>
                <td>{count(each.distinct)}</td>
                <td>{count(each.missing)}</td>
                <td class="levels-seen">{each.levels.slice(0, 3).map((level) => `${level.level} (${count(level.rows)})`).join(t("page.comma"))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {now.file.more > 0 && <p>{t("data.more", { n: count(now.file.more) })}</p>}
    </>
  );
}

/** Where rows are given so much probability, does the class come up so often? */
function Calibration({ name, bins }: { name: string; bins: Bin[] }): JSX.Element {
  return (
    <Plot label={t("data.calibration", { name })} x={[0, 1]} y={[0, 1]} square xLabel={t("data.predicted")} yLabel={t("data.observed")} caption={<><b>{t("data.calibration", { name })}</b> {t("data.calibration_caption")}</>}>
      {(area) => (
        <g aria-hidden="true">
          <Curve area={area} points={[[0, 0], [1, 1]]} class="reference" />
          {bins.map((each, i) => (
            <g key={i}>
              <line class="span" x1={area.x(each.predicted)} x2={area.x(each.predicted)} y1={area.y(each.low)} y2={area.y(each.high)} />
              <circle class="dot" cx={area.x(each.predicted)} cy={area.y(each.observed)} r="5" />
            </g>
          ))}
        </g>
      )}
    </Plot>
  );
}

/** Text with as many levels as rows is a name, not an explanation. */
function usualRole(column: Column, rows: number): Role {
  if (column.distinct < 2) return "out";
  if (column.kind === "number") return "number";
  return column.distinct > Math.max(20, rows / 10) ? "out" : "level";
}

/** A small table to begin with: hours of study, sleep, a course, and whether an exam was passed. */
function sample(): string {
  const lines = ["hours,sleep,course,passed"];
  let state = 12345;
  const random = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  for (let i = 0; i < 120; i++) {
    const hours = Math.round(random() * 100) / 10;
    const sleep = Math.round((4 + random() * 5) * 10) / 10;
    const course = ["evening", "morning", "none"][Math.floor(random() * 3)]!;
    const score = -4.2 + 0.55 * hours + 0.3 * sleep + (course === "none" ? -0.8 : 0);
    lines.push(`${hours},${sleep},${course},${random() < 1 / (1 + Math.exp(-score)) ? "yes" : "no"}`);
  }
  return lines.join("\n") + "\n";
}
