import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";

interface SliderProps {
  label: ComponentChildren;
  /** Its name in plain letters, where the label is a formula. */
  plain?: string;
  value: number;
  low: number;
  high: number;
  step?: number;
  /** Equal steps multiply: for values that span powers of ten. */
  logarithmic?: boolean;
  text: string;
  onChange: (value: number) => void;
  tint?: string;
}

/** A slider with its name and its value; arrow keys move it. */
export function Slider({ label, plain, value, low, high, step, logarithmic, text, onChange, tint }: SliderProps): JSX.Element {
  const id = useId();
  const to = logarithmic ? Math.log10 : (x: number) => x;
  const from = logarithmic ? (x: number) => 10 ** x : (x: number) => x;
  return (
    <div class={`slider ${tint ?? ""}`}>
      <label for={id}>{label}</label>
      <output for={id}>{text}</output>
      <input
        id={id}
        type="range"
        min={to(low)}
        max={to(high)}
        step={step ?? (to(high) - to(low)) / 200}
        value={to(value)}
        aria-label={plain}
        aria-valuetext={text}
        onInput={(event) => onChange(Math.min(high, Math.max(low, from(Number(event.currentTarget.value)))))}
      />
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}

/** A few things to choose from, as radio buttons in a row. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>): JSX.Element {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map(([each, text]) => (
        <label key={each}>
          <input type="radio" name={name} value={each} checked={each === value} onChange={() => onChange(each)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Numbers with their names, below a figure. */
export function Figures({ rows, label }: { rows: readonly (readonly [ComponentChildren, ComponentChildren, string?])[]; label?: string }): JSX.Element {
  return (
    <dl class="figures" aria-label={label}>
      {rows.map(([name, value, tint], i) => (
        <div key={i} class={tint ?? ""}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What a refusal of the package says, with its code. */
export function Refusal({ said }: { said: { code: string; message: string; hint: string } | null }): JSX.Element | null {
  if (said === null) return null;
  return (
    <div class="refusal" role="status">
      <p>
        {said.code && <b class="code">{said.code}</b>} {said.message}
      </p>
      {said.hint && <p>{said.hint}</p>}
    </div>
  );
}
