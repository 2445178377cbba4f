// The state of the page is in the fragment of its address: #/dice?n=20&seed=3. A link to it is a link to the state.

import { useCallback } from "preact/hooks";
import { Signal, useSelected } from "./signal";

export interface Address {
  path: string;
  values: Readonly<Record<string, string>>;
}

function read(): Address {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2) as [string, string?];
  return { path: decodeURIComponent(path), values: Object.fromEntries(new URLSearchParams(query)) };
}

export const address = new Signal<Address>(read());
/** Where each chapter was left: going back to one does not begin it again. */
const left = new Map<string, Address["values"]>();

export function link(path: string, values: Record<string, string> = {}): string {
  const query = new URLSearchParams(values).toString();
  return `#/${path.split("/").map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`;
}

export const linkBack = (path: string): string => link(path, { ...left.get(path) });

export function change(values: Record<string, string | null>): void {
  const merged = { ...address.value.values };
  for (const [name, value] of Object.entries(values)) {
    if (value === null) delete merged[name];
    else merged[name] = value;
  }
  left.set(address.value.path, merged);
  address.value = { path: address.value.path, values: merged };
  later();
}

// Browsers allow few changes of the address a second; a slider makes many.
let timer: number | undefined;
function later(): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => history.replaceState(null, "", link(address.value.path, { ...address.value.values })), 150);
}

window.addEventListener("hashchange", () => {
  window.clearTimeout(timer);
  const next = read();
  left.set(next.path, next.values);
  address.value = next;
});

type Change<T> = (value: T) => void;

/** A value of the state; the usual one is not written into the address. */
export function useText(name: string, usual: string): [string, Change<string>] {
  const value = useSelected(address, ({ values }) => values[name]);
  const set = useCallback((value: string) => change({ [name]: value === usual ? null : value }), [name, usual]);
  return [value ?? usual, set];
}

export function useNumber(name: string, usual: number, low: number, high: number): [number, Change<number>] {
  const [text, setText] = useText(name, String(usual));
  const value = Number(text);
  const set = useCallback((next: number) => setText(String(Number(next.toPrecision(10)))), [setText]);
  return [text.trim() !== "" && value >= low && value <= high ? value : usual, set];
}

/** A list of rows of numbers, as 1,2,0;3,4,1. */
export function useRows(name: string, usual: readonly (readonly number[])[]): [number[][], Change<readonly (readonly number[])[]>] {
  const [text, setText] = useText(name, rowsText(usual));
  const set = useCallback((rows: readonly (readonly number[])[]) => setText(rowsText(rows)), [setText]);
  const rows = text.split(";").filter(Boolean).map((row) => row.split(",").map(Number));
  const width = usual[0]?.length ?? 0;
  return [rows.every((row) => row.length === width && row.every(Number.isFinite)) ? rows : usual.map((r) => [...r]), set];
}

const rowsText = (rows: readonly (readonly number[])[]): string =>
  rows.map((row) => row.map((value) => Number(value.toFixed(4))).join(",")).join(";");
