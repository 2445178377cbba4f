import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refusal } from "../controls";
import { Question } from "../question";
import { Refused, type Refusal as Said, ask, compute, upload } from "../server";
import { Signal, useSignal } from "../signal";
import { Rich, count, language, t } from "../words";
import { AtHand, Paragraphs, Workbench } from "./chapter";

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

interface Fitted {
  sections: string[];
  separated: boolean;
  estimate: boolean;
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
/** The last fit, and in whose words it is. */
const result = new Signal<{ of: Chosen; asked: object; value: Fitted; lang: string } | null>(null);
const MOST = 100_000_000;

export function Data(): JSX.Element {
  const now = useSignal(chosen);
  const lang = useSignal(language);
  const [refused, setRefused] = useState<Said | null>(null);
  const [busy, setBusy] = useState(false);
  const fitted = useSignal(result);
  const [over, setOver] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);

  /** Only the latest counts: what comes of an older one, after it, does not. */
  const turn = useRef(0);
  const run = async <T,>(work: () => Promise<T>, then: (found: T) => void): Promise<boolean> => {
    const now = ++turn.current;
    setBusy(true);
    setRefused(null);
    try {
      const found = await work();
      if (now !== turn.current) return false;
      then(found);
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (now === turn.current) setRefused(error.said);
      return false;
    } finally {
      if (now === turn.current) setBusy(false);
    }
  };
  const take = (file: Described): void => {
    const roles = Object.fromEntries(file.columns.map((each) => [each.name, usualRole(each, file.rows)]));
    chosen.value = { file, target: file.target ?? file.columns.at(-1)?.name ?? "", roles };
    result.value = null;
  };
  const read = (file: File): Promise<boolean> =>
    run(async () => {
      if (file.size > MOST) throw new Refused({ code: "LL423", message: t("data.too_large"), hint: t("data.too_large_hint") });
      return upload<Described>(`/api/data?name=${encodeURIComponent(file.name)}`, file);
    }, take);
  const show = (of: Chosen, asked: object, then?: () => void): Promise<boolean> =>
    run(() => compute<Fitted>("/api/data/fit", asked), (value) => {
      result.value = { of, asked, value, lang };
      then?.();
    });
  const fit = (firth: boolean, then?: () => void): Promise<boolean> => {
    const of = chosen.value!;
    const used = of.file.columns.filter((each) => each.name !== of.target && of.roles[each.name] !== "out");
    const levels = used.filter((each) => each.kind === "number" && of.roles[each.name] === "level");
    return show(of, { key: of.file.key, target: of.target, features: used.map((each) => each.name), categorical: levels.map((each) => each.name), firth }, then);
  };
  const toResult = (): void => {
    requestAnimationFrame(() => heading.current?.focus());
  };
  const save = ({ asked, of }: { asked: object; of: Chosen }): Promise<boolean> =>
    run(() => compute<{ html: string }>("/api/data/report", asked), ({ html }) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([html], { type: "text/html" }));
      link.download = `${of.target.replace(/[^\p{L}\p{N}]+/gu, "-") || "report"}.html`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  // The file that the lab was started with, if it was; without one the example, so that there is something to see.
  const begin = async (): Promise<void> => {
    const { given } = await ask<{ given: boolean }>("/api/start");
    if (turn.current > 0) return; // the reader was faster
    if (given) await run(() => ask<Described>("/api/data/given"), take);
    else if (await read(sample())) await fit(false);
  };
  useEffect(() => {
    if (!chosen.value) begin().catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error; // the page says so
    });
    else if (fitted && fitted.lang !== lang) void show(fitted.of, fitted.asked);
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
          <button type="button" class="quiet" onClick={() => void read(sample())}>{t("data.sample")}</button>
        </div>
        <p role="status" class="said">{busy ? t("data.busy") : now ? t("data.has", { name: now.file.name, rows: count(now.file.rows) }) : ""}</p>
        <Refusal said={refused} />
        {now && <Columns now={now} />}
        {now && (
          <div class="buttons">
            <button type="button" disabled={busy} onClick={() => void fit(false, toResult)}>{t("data.fit")}</button>
          </div>
        )}
      </Workbench>
      {fitted && (
        <section class="fitted">
          <h2 ref={heading} tabIndex={-1}>{t("data.result", { target: fitted.of.target })}</h2>
          {fitted.value.sections.map((html, i) => <Section key={i} html={html} />)}
          {fitted.value.separated && (
            <>
              <Rich k="data.separated" />
              <div class="buttons"><button type="button" disabled={busy} onClick={() => void fit(true, toResult)}>{t("data.firth")}</button></div>
            </>
          )}
          {fitted.value.estimate && (
            <div class="buttons"><button type="button" class="quiet" disabled={busy} onClick={() => void save(fitted)}>{t("data.report")}</button></div>
          )}
          <h3>{t("data.same")}</h3>
          <pre tabIndex={0} aria-label={t("data.command")}>{fitted.value.command}</pre>
          <pre tabIndex={0} aria-label={t("data.python")}>{fitted.value.python}</pre>
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
      <div class="wide" tabIndex={0} role="region" aria-label={t("data.columns")}>
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

/** A section of the report, as the report has it; what is wider than its place can be scrolled with the keyboard too. */
function Section({ html }: { html: string }): JSX.Element {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    for (const each of ref.current?.querySelectorAll<HTMLElement>(".wide, figure") ?? []) {
      if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
    }
  }, [html]);
  return <div ref={ref} class="report" dangerouslySetInnerHTML={{ __html: html }} />;
}

/** Text with as many levels as rows is a name, not an explanation. */
function usualRole(column: Column, rows: number): Role {
  if (column.distinct < 2) return "out";
  if (column.kind === "number") return "number";
  return column.distinct > Math.max(20, rows / 10) ? "out" : "level";
}

/** A small table to begin with: hours of study, sleep, a course, and whether an exam was passed. */
function sample(): File {
  const [levels, classes] = [t("data.sample_courses").split(","), t("data.sample_classes").split(",")];
  const lines = [t("data.sample_columns")];
  let state = 12345;
  const random = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  for (let i = 0; i < 120; i++) {
    const hours = Math.round(random() * 100) / 10;
    const sleep = Math.round((4 + random() * 5) * 10) / 10;
    const course = Math.floor(random() * 3);
    const score = -4.2 + 0.55 * hours + 0.3 * sleep + (course === 2 ? -0.8 : 0);
    lines.push(`${hours},${sleep},${levels[course]},${classes[random() < 1 / (1 + Math.exp(-score)) ? 1 : 0]}`);
  }
  return new File([lines.join("\n") + "\n"], t("data.sample_name"));
}
