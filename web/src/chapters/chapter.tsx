import type { ComponentChildren, JSX } from "preact";
import { link } from "../address";
import { derivations } from "../derivations/catalogue";
import { useSignal } from "../signal";
import { type Key, Rich, t } from "../words";

/** The paragraphs before the figure. */
export const Paragraphs = ({ keys }: { keys: readonly Key[] }): JSX.Element => (
  <>
    {keys.map((k) => (
      <Rich key={k} k={k} />
    ))}
  </>
);

/** What is to be moved, and to what end. */
export function Workbench({ goal, children }: { goal: Key; children: ComponentChildren }): JSX.Element {
  return (
    <div class="workbench">
      <Rich k={goal} class="goal" />
      {children}
    </div>
  );
}

/** The derivations at hand. */
export function AtHand({ names }: { names: readonly string[] }): JSX.Element {
  const known = useSignal(derivations);
  return (
    <section class="at-hand">
      <h2>{t("derivations.at_hand")}</h2>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <a href={link(`derivation/${name}`)}>{known.find((each) => each.name === name)?.title ?? name}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
