import type { JSX } from "preact";
import { link } from "../address";
import { useProgress } from "../progress";
import { useSignal } from "../signal";
import { Rich, t } from "../words";
import { type Listed, derivations } from "./catalogue";

/** Which derivation rests on which: in columns by how many others come before, in arrows for those who see. */
export function Graph(): JSX.Element {
  const all = useSignal(derivations);
  const progress = useProgress();
  const title = (name: string): string => all.find((each) => each.name === name)?.title ?? name;
  return (
    <>
      <Rich k="derivations.p1" />
      <ol class="derivations">
        {all.map((each) => (
          <li key={each.name}>
            <a href={link(`derivation/${each.name}`)}>{each.title}</a>
            {progress[`walk:${each.name}`] === "all" && <span class="done" role="img" aria-label={t("page.done")}>✓</span>}
            {each.uses.length > 0 && (
              <p class="uses">
                {t("derivations.rests_on")}{" "}
                {each.uses.map((name, i) => (
                  <>
                    {i > 0 && t("page.comma")}
                    <a key={name} href={link(`derivation/${name}`)}>{title(name)}</a>
                  </>
                ))}
              </p>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

/** All that a derivation rests on, directly or not, and itself: the graph as a drawing, levels from left to right. */
export function Prerequisites({ name }: { name: string }): JSX.Element | null {
  const all = useSignal(derivations);
  const known = new Map(all.map((each) => [each.name, each]));
  const here = known.get(name);
  if (!here || here.uses.length === 0) return null;
  const level = new Map<string, number>();
  const visit = (each: Listed): number => {
    const found = level.get(each.name);
    if (found !== undefined) return found;
    const made = 1 + Math.max(-1, ...each.uses.flatMap((n) => (known.has(n) ? [visit(known.get(n)!)] : [])));
    level.set(each.name, made);
    return made;
  };
  visit(here);
  const columns: string[][] = [];
  for (const [each, at] of level) (columns[at] ??= []).push(each);
  return (
    <section class="prerequisites" aria-label={t("derivations.prerequisites")}>
      <h2>{t("derivations.prerequisites")}</h2>
      <ol class="levels">
        {columns.map((names, i) => (
          <li key={i}>
            <ul>
              {names.map((each) => (
                <li key={each}>
                  {each === name ? <b>{known.get(each)!.title}</b> : <a href={link(`derivation/${each}`)}>{known.get(each)!.title}</a>}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}
