import { line } from "d3-shape";
import type { JSX } from "preact";
import type { Area } from "./plot";

/** A function or a list of points as one path; what leaves the frame is cut off. */
export function Curve({ area, points, class: kind = "" }: { area: Area; points: readonly (readonly [number, number])[]; class?: string }): JSX.Element {
  const limit = 4000;
  const draw = line<readonly [number, number]>()
    .defined(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .x(([x]) => area.x(x))
    .y(([, y]) => Math.max(-limit, Math.min(limit, area.y(y))));
  return <path class={`curve ${kind}`} d={draw(points as [number, number][]) ?? ""} clip-path={area.clip} aria-hidden="true" />;
}

export const sampled = (f: (x: number) => number, low: number, high: number, n = 200): [number, number][] =>
  Array.from({ length: n + 1 }, (_, i) => {
    const x = low + ((high - low) * i) / n;
    return [x, f(x)];
  });
