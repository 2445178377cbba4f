import { useEffect, useState } from "preact/hooks";

/** A value that components follow. */
export class Signal<T> {
  private listeners = new Set<() => void>();
  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set value(next: T) {
    if (Object.is(next, this.current)) return;
    this.current = next;
    for (const listener of [...this.listeners]) listener();
  }

  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** A part of a signal's value; who follows it is drawn anew when that part changes. `select` stays what it is. */
export function useSelected<T, S>(signal: Signal<T>, select: (value: T) => S): S {
  const [part, setPart] = useState(() => select(signal.value));
  useEffect(() => {
    const follow = (): void => setPart(() => select(signal.value));
    follow();
    return signal.listen(follow);
  }, [signal]);
  return part;
}

export const useSignal = <T,>(signal: Signal<T>): T => useSelected(signal, (value) => value);
