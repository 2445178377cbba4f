// What a reader has done, kept in this browser and nowhere else.

import { Signal, useSignal } from "./signal";

const KEPT = "loglik-lab-progress";

type Progress = Readonly<Record<string, string>>;

function read(): Progress {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Progress) : {};
  } catch {
    return {};
  }
}

const progress = new Signal<Progress>(read());

export function useProgress(): Progress {
  return useSignal(progress);
}

export function keep(name: string, value: string | null): void {
  const next: Record<string, string> = { ...read(), ...progress.value };
  if (value === null) delete next[name];
  else next[name] = value;
  progress.value = next;
  localStorage.setItem(KEPT, JSON.stringify(next));
}

export function forgetAll(): void {
  progress.value = {};
  localStorage.removeItem(KEPT);
}
