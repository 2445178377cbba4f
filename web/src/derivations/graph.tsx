import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { link } from "../address";
import { useProgress } from "../progress";
import { useSignal } from "../signal";
import { Rich, t } from "../words";
import { type Listed, derivations } from "./catalogue";

/** All derivations: which rests on which as a drawing, and as a list. */
export function Graph(): JSX.Element {
  const all = useSignal(derivations);
  const progress = useProgress();
  return (
    <>
      <Rich k="derivations.p1" />
      <Drawing shown={all.filter(({ name, uses }) => uses.length > 0 || all.some((other) => other.uses.includes(name)))} />
      <h2>{t("derivations.list")}</h2>
      <ol class="derivations">
        {all.map((each) => (
          <li key={each.name}>
            <a href={link(`derivation/${each.name}`)}>{each.title}</a>
            {progress[`walk:${each.name}`] === "all" && <span class="done" role="img" aria-label={t("page.done")}>✓</span>}
            {each.uses.length > 0 && (
              <p class="uses">
                {t("derivations.rests_on")}{" "}
                {each.uses.map((name, i) => (
                  <span key={name}>
                    {i > 0 && t("page.comma")}
                    <a href={link(`derivation/${name}`)}>{all.find((other) => other.name === name)?.title ?? name}</a>
                  </span>
                ))}
              </p>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

/** All that a derivation rests on, directly or not, and itself. */
export function Prerequisites({ name }: { name: string }): JSX.Element | null {
  const all = useSignal(derivations);
  const needed = before(all, name);
  if (needed.size < 2) return null;
  return (
    <section class="prerequisites">
      <h2>{t("derivations.prerequisites")}</h2>
      <Drawing shown={all.filter((each) => needed.has(each.name))} here={name} />
    </section>
  );
}

/** A derivation and all that it rests on. */
function before(all: readonly Listed[], name: string): Set<string> {
  const found = new Set<string>();
  const visit = (each: string): void => {
    const known = all.find((other) => other.name === each);
    if (!known || found.has(each)) return;
    found.add(each);
    known.uses.forEach(visit);
  };
  visit(name);
  return found;
}

/** Levels from above, of so many at most, each below all that it rests on; what rests on the left stands on the left. */
function levelled(shown: readonly Listed[], most: number): Listed[][] {
  const level = new Map<string, number>();
  const levels: Listed[][] = [];
  for (const each of shown) { // each comes after those that it uses
    let at = 1 + Math.max(-1, ...each.uses.map((name) => level.get(name) ?? -1));
    while ((levels[at]?.length ?? 0) >= most) at++;
    level.set(each.name, at);
    (levels[at] ??= []).push(each);
  }
  const along = new Map<string, number>();
  for (const row of levels) {
    const mean = ({ uses }: Listed): number => uses.reduce((sum, name) => sum + (along.get(name) ?? 0.5), 0) / (uses.length || 1);
    row.sort((a, b) => mean(a) - mean(b));
    row.forEach((each, i) => along.set(each.name, (i + 0.5) / row.length));
  }
  return levels;
}

interface Edge {
  from: string;
  to: string;
  path: string;
}

/** Boxes that are links, in levels, with lines between them; the lines of the one that is pointed at stand out. */
function Drawing({ shown, here }: { shown: readonly Listed[]; here?: string }): JSX.Element {
  const ref = useRef<HTMLDivElement>(null);
  const [edges, setEdges] = useState<Edge[]>([]);
  const [most, setMost] = useState(5);
  const [over, setOver] = useState<string | null>(null);
  const names = shown.map((each) => each.name).join(" ");
  useLayoutEffect(() => {
    const frame = ref.current!;
    const draw = (): void => {
      const origin = frame.getBoundingClientRect();
      setMost(Math.max(2, Math.floor(origin.width / 135)));
      const boxes = new Map([...frame.querySelectorAll<HTMLElement>("[data-name]")].map((each) => [each.dataset.name!, each.getBoundingClientRect()]));
      setEdges(shown.flatMap((each) => each.uses.flatMap((from) => {
        const [a, b] = [boxes.get(from), boxes.get(each.name)];
        if (!a || !b) return [];
        const [x1, y1, x2, y2] = [a.left + a.width / 2 - origin.left, a.bottom - origin.top, b.left + b.width / 2 - origin.left, b.top - origin.top];
        const bend = Math.min(40, (y2 - y1) / 2);
        return [{ from, to: each.name, path: `M${x1},${y1}C${x1},${y1 + bend} ${x2},${y2 - bend} ${x2},${y2 - 5}` }];
      })));
    };
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(frame);
    return () => observer.disconnect();
  }, [names, most]);
  const lit = before(shown, over ?? here ?? "");
  const title = (name: string): string => shown.find((each) => each.name === name)?.title ?? name;
  return (
    <div ref={ref} class="graph">
      <svg aria-hidden="true">
        <marker id="arrow" viewBox="0 0 8 8" refX="3" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0,0L8,4L0,8z" /></marker>
        {edges.map((each) => <path key={`${each.from} ${each.to}`} class={lit.has(each.to) ? "lit" : ""} d={each.path} marker-end="url(#arrow)" />)}
      </svg>
      <ol class="levels">
        {levelled(shown, most).map((level, i) => (
          <li key={i}>
            <ul>
              {level.map((each) => (
                <li
                  key={each.name}
                  data-name={each.name}
                  class={lit.has(each.name) ? "lit" : ""}
                  onMouseEnter={() => setOver(each.name)}
                  onMouseLeave={() => setOver(null)}
                  onFocusIn={() => setOver(each.name)}
                  onFocusOut={() => setOver(null)}
                >
                  {each.name === here ? <b>{each.title}</b> : <a href={link(`derivation/${each.name}`)}>{each.title}</a>}
                  {here && each.uses.length > 0 && <span class="unseen">{t("derivations.rests_on")} {each.uses.map(title).join(t("page.comma"))}</span>}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </div>
  );
}
