import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Refused, type Refusal, compute } from "./server";

export interface Answer<T> {
  value: T | null;
  refused: Refusal | null;
}

/** The latest answer of the server to what is asked; while one is under way, only the last of newer questions is kept. */
export function useComputed<T>(path: string, body: object | null): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ value: null, refused: null });
  const wanted = useRef<string | null>(null);
  const asked = useRef<string | null>(null);
  const busy = useRef(false);
  const there = useRef(true);
  useEffect(() => {
    there.current = true;
    return () => {
      there.current = false;
    };
  }, []);
  const text = body === null ? null : JSON.stringify(body);
  const next = async (): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    while (there.current && wanted.current !== null && wanted.current !== asked.current) {
      const now = wanted.current;
      asked.current = now;
      try {
        const value = await compute<T>(path, JSON.parse(now));
        if (there.current) setAnswer({ value, refused: null });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (there.current) setAnswer({ value: null, refused: error.said });
      }
    }
    busy.current = false;
  };
  useLayoutEffect(() => {
    wanted.current = text;
    void next();
  }, [path, text]);
  return answer;
}

/** Width of an element as it is laid out, so that text in charts keeps its size. */
export function useWidth(): [preact.RefObject<HTMLDivElement>, number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref as preact.RefObject<HTMLDivElement>, width];
}
