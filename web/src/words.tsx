// Words of the page in two languages. Those with formulas come from the server, as MathML of the package's printer.

import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import en from "../../src/loglik/lab/words/en.json";
import ja from "../../src/loglik/lab/words/ja.json";
import { Signal, useSignal } from "./signal";

export type Key = keyof typeof en;
export type Language = "en" | "ja";

const WORDS: Record<Language, Record<Key, string>> = { en, ja };
export const language = new Signal<Language>("en");
/** Words with formulas or emphasis, as HTML. */
export const marked = new Signal<Partial<Record<Key, string>>>({});

export function t(key: Key, values: Record<string, string | number> = {}): string {
  return WORDS[language.value][key].replace(/\{(\w+)\}/g, (all, name: string) => String(values[name] ?? all));
}

/** A paragraph, or another element, whose words may have formulas. */
export function Rich({ k, as = "p", ...others }: { k: Key; as?: "p" | "span" | "div" | "figcaption"; id?: string; class?: string }): JSX.Element {
  const html = useSignal(marked)[k];
  const Tag = as;
  if (html !== undefined) return <Tag {...others} dangerouslySetInnerHTML={{ __html: html }} />;
  const text = t(k);
  return <Tag {...others}>{/[$*`]/.test(text) ? "" : text}</Tag>;
}

/** HTML of the server: MathML of its printer around escaped words. */
export function Html({ html, as = "span", ...others }: { html: string; as?: "span" | "p" | "div"; class?: string }): JSX.Element {
  const Tag = as;
  return <Tag {...others} dangerouslySetInnerHTML={{ __html: html }} />;
}

/** A formula on a line of its own; where it is wider than its place it can be scrolled with the keyboard too. */
export function Term({ html }: { html: string }): JSX.Element {
  const ref = useRef<HTMLDivElement>(null);
  const [wide, setWide] = useState(false);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth));
    observer.observe(element);
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    return () => observer.disconnect();
  }, [html]);
  return <div ref={ref} class="term" tabIndex={wide ? 0 : undefined} dangerouslySetInnerHTML={{ __html: html }} />;
}

/** A number as people read it: so many significant digits, and powers of ten far away from 1. */
export function shown(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value === Infinity) return "∞";
  if (value === -Infinity) return "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e") as [string, string];
    return `${mantissa.replace("-", "−")}×10${superscript(Number(exponent))}`;
  }
  const places = size === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return value.toFixed(Math.min(places, 10)).replace("-", "−");
}

/** A number that was chosen, without zeros at its end. */
export const brief = (value: number, digits = 4): string => String(Number(value.toPrecision(digits))).replace("-", "−");

/** A whole number with its digits in groups. */
export const count = (value: number): string => Math.round(value).toLocaleString("en-US");

const superscript = (value: number): string =>
  String(value).replace(/[-\d]/g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]!));
