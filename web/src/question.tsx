import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { keep, useProgress } from "./progress";
import { t } from "./words";

interface Props {
  name: string;
  question: ComponentChildren;
  answers: readonly ComponentChildren[];
  right: number;
  because: ComponentChildren;
}

/** A question with a guess before the answer; the guess is kept. */
export function Question({ name, question, answers, right, because }: Props): JSX.Element {
  const id = useId();
  const told = useProgress()[`question:${name}`];
  const [guess, setGuess] = useState<number | null>(told === undefined ? null : Number(told));
  const open = told !== undefined;
  return (
    <div class="question">
      <h2>{t("question.title")}</h2>
      <div class="asked">{question}</div>
      <fieldset>
        <legend>{t("question.guess")}</legend>
        {answers.map((answer, i) => (
          <label key={i} class={open && i === right ? "right" : open && i === guess ? "other" : ""}>
            <input
              type="radio"
              name={id}
              checked={guess === i}
              disabled={open}
              onChange={() => setGuess(i)}
            />
            <span>{answer}</span>
            {open && i === right && <span class="mark">{t("question.right")}</span>}
            {open && i === guess && i !== right && <span class="mark">{t("question.yours")}</span>}
          </label>
        ))}
      </fieldset>
      {!open && (
        <button type="button" disabled={guess === null} onClick={() => keep(`question:${name}`, String(guess))}>
          {t("question.reveal")}
        </button>
      )}
      <div role="status">
        {open && (
          <>
            <p>
              <strong>{t(guess === right ? "question.was_right" : "question.was_other")}</strong>
            </p>
            {because}
            <button
              type="button"
              class="quiet"
              onClick={() => {
                keep(`question:${name}`, null);
                setGuess(null);
              }}
            >
              {t("question.again")}
            </button>
          </>
        )}
      </div>
    </div>
  );
}
