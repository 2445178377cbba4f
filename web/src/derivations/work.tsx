// "Your next line?": the reader writes it, the checker says what it is worth, three hints open one after another.

import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Refusal } from "../controls";
import { useComputed } from "../hooks";
import { keep, useProgress } from "../progress";
import { Refused, type Refusal as Said, ask, compute } from "../server";
import { useSignal } from "../signal";
import { Rich, Term, language, t } from "../words";

interface Shown {
  plain: string;
  math: string;
}

interface Written extends Shown {
  line: string;
}

interface WorkPart {
  part: number;
  title: string;
  start: Shown;
  goal: Shown;
  lines: Written[];
  gaps: number[];
}

interface Answered {
  verdict: "right" | "bigger" | "wrong" | "condition" | "undecided" | "same";
  accepted: boolean;
  complete: boolean;
  says: string;
  line: Written;
  way: (Shown & { rule_name: string })[];
}

/** Stands below the lines of a part that is worked to its end. */
const DONE = "#";

export type Way = "forwards" | "gaps";

export function Work({ name, way }: { name: string; way: Way }): JSX.Element {
  const chosen = useSignal(language);
  const [parts, setParts] = useState<WorkPart[] | null>(null);
  const [refused, setRefused] = useState<Said | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    ask<{ parts: WorkPart[] }>(`/api/derivations/${encodeURIComponent(name)}/parts`, stop.signal)
      .then((found) => setParts(found.parts))
      .catch((error: unknown) => {
        if (error instanceof Refused) setRefused(error.said);
        else if (!stop.signal.aborted) throw error;
      });
    return () => stop.abort();
  }, [name, chosen]);
  if (refused) return <Refusal said={refused} />;
  if (!parts) return <p aria-busy="true">{t("derivations.checking")}</p>;
  return (
    <>
      <Rich k={way === "forwards" ? "work.forwards_p1" : "work.gaps_p1"} />
      <Rich k="work.syntax" />
      {parts.map((part) => <PartWork key={`${part.part}:${way}`} name={name} part={part} way={way} several={parts.length > 1} />)}
    </>
  );
}

function PartWork({ name, part, way, several }: { name: string; part: WorkPart; way: Way; several: boolean }): JSX.Element {
  const id = useId();
  const place = `work:${way}:${name}:${part.part}`;
  const kept = useProgress()[place];
  const lines = kept ? kept.split("\n").filter((each) => each !== DONE) : [];
  const [typed, setTyped] = useState("");
  const [said, setSaid] = useState<Answered | null>(null);
  const [refused, setRefused] = useState<Said | null>(null);
  const [busy, setBusy] = useState(false);
  const [hints, setHints] = useState<string[]>([]);
  const input = useRef<HTMLInputElement>(null);
  const url = `/api/derivations/${encodeURIComponent(name)}`;
  const before = way === "gaps" ? filled(part, lines) : lines;
  const shown = useComputed<{ lines: Written[] }>(`${url}/lines`, { part: part.part, lines: before });
  const preview = useComputed<{ lines: Written[] }>(`${url}/lines`, typed.trim() ? { part: part.part, lines: before, typed } : null);
  const done = way === "gaps" ? lines.length >= part.gaps.length : kept?.endsWith(DONE) === true;

  const add = (line: string, complete: boolean): void => {
    const next = [...lines, line];
    keep(place, (complete && way === "forwards" ? [...next, DONE] : next).join("\n"));
    setTyped("");
    setHints([]);
    input.current?.focus();
  };
  const check = async (): Promise<void> => {
    setBusy(true);
    setRefused(null);
    setSaid(null);
    try {
      const found = await compute<Answered>(`${url}/answer`, { part: part.part, lines: before, typed });
      setSaid(found);
      if (found.accepted) add(found.line.line, found.complete);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error.said);
    } finally {
      setBusy(false);
    }
  };
  const [asked, setAsked] = useState<string[]>([]);
  const hint = async (): Promise<void> => {
    try {
      const all = hints.length ? asked : (await compute<{ hints: string[] }>(`${url}/hints`, { part: part.part, lines: before })).hints;
      setAsked(all);
      setHints(all.slice(0, hints.length + 1));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      setRefused(error.said);
    }
  };
  // Whoever goes another way than the derivation has no line of it that comes next; the third hint says one that leads on.
  const next = before.every((line, i) => way === "gaps" || line === part.lines[i]?.line) ? part.lines[before.length] : undefined;

  return (
    <section class="work">
      {several && <h2>{part.title}</h2>}
      <ol class="steps">
        <li class="start"><Term html={part.start.math} /></li>
        {shown.value?.lines.slice(0, before.length).map((each, i) => (
          <li key={i} class={way === "gaps" && !part.gaps.includes(i + 1) ? "given" : "own"}><Term html={each.math} /></li>
        ))}
      </ol>
      {!done && way === "gaps" && part.lines[before.length + 1] && (
        <div class="after"><span>{t("work.then")}</span><Term html={part.lines[before.length + 1]!.math} /></div>
      )}
      {!done && <div class="after"><span>{t("work.goal")}</span><Term html={part.goal.math} /></div>}
      <Refusal said={shown.refused} />
      {done ? (
        <p class="complete"><strong>{t("work.complete")}</strong></p>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed.trim() && !busy) void check();
          }}
        >
          <label for={id}>{t("work.yours")}</label>
          <input ref={input} id={id} type="text" autocomplete="off" spellcheck={false} value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
          <div class="preview" aria-label={t("work.preview")} role="group">
            {preview.value && typed.trim() && preview.value.lines.length > 0 ? <Term html={preview.value.lines.at(-1)!.math} /> : typed.trim() && preview.refused ? <p>{preview.refused.message}</p> : null}
          </div>
          <div class="buttons">
            <button type="submit" disabled={busy || !typed.trim()}>{t("work.check")}</button>
            <button type="button" class="quiet" disabled={hints.length >= 3} onClick={() => void hint()}>{t("work.hint", { n: Math.min(3, hints.length + 1) })}</button>
            <button type="button" class="quiet" disabled={!next} onClick={() => next && add(next.line, before.length + 1 === part.lines.length)}>{t("work.show")}</button>
          </div>
        </form>
      )}
      {lines.length > 0 && <button type="button" class="quiet" onClick={() => {
        keep(place, null);
        setSaid(null);
        setHints([]);
      }}>{t("work.again")}</button>}
      <div role="status">
        {busy && <p>{t("work.checking")}</p>}
        {said && <Said said={said} />}
        <Refusal said={refused} />
        {hints.length > 0 && <ol class="hints">{hints.map((each, i) => <li key={i}>{each}</li>)}</ol>}
      </div>
    </section>
  );
}

function Said({ said }: { said: Answered }): JSX.Element {
  return (
    <div class={`verdict ${said.verdict}`}>
      <p>{said.says}</p>
      {said.verdict === "bigger" && (
        <ol class="steps">
          {said.way.map((each, i) => (
            <li key={i}>
              <Term html={each.math} />
              <p class="why">{each.rule_name}</p>
            </li>
          ))}
        </ol>
      )}
      {!said.accepted && said.verdict !== "same" && <Term html={said.line.math} />}
    </div>
  );
}

/** The lines up to the next one that is left out: those of the derivation, and in the gaps the reader's own. */
function filled(part: WorkPart, own: readonly string[]): string[] {
  const until = part.gaps[own.length] ?? part.lines.length + 1;
  return part.lines.slice(0, until - 1).map((each, i) => {
    const gap = part.gaps.indexOf(i + 1);
    return gap >= 0 ? (own[gap] ?? each.line) : each.line;
  });
}
