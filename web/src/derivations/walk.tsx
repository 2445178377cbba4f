// A derivation line by line: guess the next one, then see it, with its rule, its condition and its place; at one's own numbers.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { link, useNumber, useText } from "../address";
import { Choice, Refusal } from "../controls";
import { useComputed } from "../hooks";
import { keep } from "../progress";
import { Refused, type Refusal as Said, ask } from "../server";
import { useSignal } from "../signal";
import { Html, Rich, Term, language, t } from "../words";
import { derivations } from "./catalogue";
import { Prerequisites } from "./graph";
import { type Way, Work } from "./work";

interface Formula {
  plain: string;
  math: string;
}

export interface Step extends Formula {
  relation: string;
  rule: string;
  rule_name: string;
  why: string;
  explanation: string;
  places: { before: string; after: string }[];
  conditions: string[];
  verdict: string;
  remark: string;
  points: number;
}

export interface Part {
  heading: string;
  reason: string;
  given: { html: string; reason: string }[];
  start: Formula;
  steps: Step[];
}

export interface Derivation {
  name: string;
  title: string;
  says: string;
  verdict: string;
  verified: number;
  total: number;
  assumptions: { html: string; reason: string }[];
  given: { html: string; reason: string }[];
  parts: Part[];
  proves: string[];
  used_by: string[];
  computed_by: string[];
  values: { html: string; name: string; value: string }[];
}

export function Walk({ name }: { name: string }): JSX.Element {
  const chosen = useSignal(language);
  const [found, setFound] = useState<Derivation | null>(null);
  const [refused, setRefused] = useState<Said | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    ask<Derivation>(`/api/derivations/${encodeURIComponent(name)}`, stop.signal)
      .then(setFound)
      .catch((error: unknown) => {
        if (error instanceof Refused) setRefused(error.said);
        else if (!stop.signal.aborted) throw error;
      });
    return () => stop.abort();
  }, [name, chosen]);
  if (refused) return <Refusal said={refused} />;
  if (!found) return <p aria-busy="true">{t("derivations.checking")}</p>;
  return <Lines key={name} found={found} />;
}

function Lines({ found }: { found: Derivation }): JSX.Element {
  const [way, setWay] = useText("way", "read") as ["read" | Way, (way: "read" | Way) => void];
  const [shownLines, setShown] = useNumber("lines", 0, 0, found.total);
  const [numbers, setNumbers] = useState<Record<string, string> | null>(null);
  const last = useRef<HTMLLIElement>(null);
  const at = useComputed<{ parts: (string | null)[][] }>(
    `/api/derivations/${encodeURIComponent(found.name)}/values`,
    numbers && { values: numbers },
  );
  const reveal = (to: number): void => {
    setShown(to);
    keep(`walk:${found.name}`, to === found.total ? "all" : String(to));
  };
  useEffect(() => {
    if (shownLines > 0) last.current?.scrollIntoView({ block: "nearest" });
  }, [shownLines]);
  return (
    <article class="walk">
      {found.says && <p>{found.says}</p>}
      <Assumed found={found} />
      <Choice label={t("work.way")} value={way} options={[["read", t("work.read")], ["forwards", t("work.forwards")], ["gaps", t("work.gaps")]]} onChange={setWay} />
      {way === "read" ? reading() : <Work name={found.name} way={way} />}
      <Prerequisites name={found.name} />
      <Links label={t("walk.used_by")} names={found.used_by} />
      {found.computed_by.length > 0 && (
        <p>{t("walk.computed")} {found.computed_by.map((each, i) => <span key={each}>{i > 0 && t("page.comma")}<code>{each}</code></span>)}</p>
      )}
    </article>
  );

  function reading(): JSX.Element {
    let before = 0;
    return (
      <>
      {found.parts.map((part, i) => {
        const here = Math.max(0, Math.min(part.steps.length, shownLines - before));
        const reached = i === 0 || shownLines >= before;
        before += part.steps.length;
        return reached ? (
          <section key={i}>
            {part.heading && <h2>{part.heading}</h2>}
            {part.given.length > 0 && <Named items={part.given} />}
            <ol class="steps">
              <li class="start">
                <Term html={part.start.math} />
                {part.reason && part.given.length === 0 && <p class="why">{part.reason}</p>}
                <Value text={numbers ? at.value?.parts[i]?.[0] : undefined} />
              </li>
              {part.steps.slice(0, here).map((step, j) => (
                <li key={j} ref={j === here - 1 ? last : null}>
                  <Line step={step} />
                  <Value text={numbers ? at.value?.parts[i]?.[j + 1] : undefined} />
                </li>
              ))}
            </ol>
          </section>
        ) : null;
      })}
      <div class="buttons">
        <button type="button" disabled={shownLines >= found.total} onClick={() => reveal(shownLines + 1)}>{t("walk.next")}</button>
        <button type="button" disabled={shownLines >= found.total} onClick={() => reveal(found.total)}>{t("walk.all")}</button>
        <button type="button" class="quiet" disabled={shownLines === 0} onClick={() => reveal(0)}>{t("walk.hide")}</button>
      </div>
      <p role="status" class="said">{t("walk.shown", { n: shownLines, total: found.total })}</p>
      {shownLines >= found.total && found.proves.length > 0 && (
        <section class="proved">
          <h2>{t("walk.proved")}</h2>
          {found.proves.map((html, i) => <Term key={i} html={html} />)}
          <p>{found.verdict}</p>
        </section>
      )}
      {found.values.length > 0 && (
        <section class="numbers">
          <h2>{t("walk.numbers")}</h2>
          <Rich k="walk.numbers_p1" />
          {numbers === null ? (
            <button type="button" onClick={() => setNumbers({})}>{t("walk.numbers_show")}</button>
          ) : (
            <>
              <div class="inputs">
                {found.values.map((each) => (
                  <label key={each.name}>
                    <Html html={each.html} />
                    <input
                      type="text"
                      aria-label={each.name}
                      inputMode="decimal"
                      value={numbers[each.name] ?? each.value}
                      onInput={(event) => setNumbers({ ...numbers, [each.name]: event.currentTarget.value })}
                    />
                  </label>
                ))}
              </div>
              <Refusal said={at.refused} />
              <button type="button" class="quiet" onClick={() => setNumbers({})}>{t("walk.numbers_reset")}</button>
            </>
          )}
        </section>
      )}
      </>
    );
  }
}

/** A line; its rule is a button that shows more, as hovering over the line does. */
function Line({ step }: { step: Step }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <div class={`line ${open ? "open" : ""}`}>
      <Term html={step.math} />
      <button type="button" class="rule" aria-expanded={open} onClick={() => setOpen(!open)}>{step.rule_name}</button>
      {step.verdict !== "verified" && <p class="remark">{step.remark || step.verdict}</p>}
      <div class="more">
        {step.explanation && <p>{step.explanation}</p>}
        {step.why && <p>{step.why}</p>}
        {step.places.map((place, i) => (
          <p key={i}>
            {t("walk.place")} <Html html={place.before} /> → <Html html={place.after} />
          </p>
        ))}
        {step.conditions.length > 0 && (
          <p>
            {t("walk.needs")} {step.conditions.map((html, i) => <span key={i}>{i > 0 && t("page.comma")}<Html html={html} /></span>)}
          </p>
        )}
      </div>
    </div>
  );
}

function Value({ text }: { text: string | null | undefined }): JSX.Element | null {
  if (text === undefined) return null;
  return <p class="value">{text === null ? t("walk.no_value") : `= ${text.replace("-", "−")}`}</p>;
}

function Assumed({ found }: { found: Derivation }): JSX.Element | null {
  const all = [...found.assumptions, ...found.given];
  if (all.length === 0) return null;
  return (
    <details open>
      <summary>{t("walk.assumed")}</summary>
      <Named items={all} />
    </details>
  );
}

function Named({ items }: { items: { html: string; reason: string }[] }): JSX.Element {
  return (
    <dl class="named">
      {items.map((each, i) => (
        <div key={i}>
          <dt><Html html={each.html} /></dt>
          <dd>{each.reason}</dd>
        </div>
      ))}
    </dl>
  );
}

function Links({ label, names }: { label: string; names: string[] }): JSX.Element | null {
  const known = useSignal(derivations);
  if (names.length === 0) return null;
  return (
    <section>
      <h2>{label}</h2>
      <ul>
        {names.map((name) => (
          <li key={name}><a href={link(`derivation/${name}`)}>{known.find((each) => each.name === name)?.title ?? name}</a></li>
        ))}
      </ul>
    </section>
  );
}
