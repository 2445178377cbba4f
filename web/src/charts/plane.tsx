// Points of a plane in classes, dragged or moved by keys, and the lines at which a class has some probability.

import type { JSX } from "preact";
import { t } from "../words";
import { Handle } from "./handle";
import type { Area } from "./plot";

export const NAMES = ["A", "B", "C"] as const;
export const TINTS = ["main", "second", "third"] as const;
export const SHAPES = ["circle", "square", "triangle"] as const;
export const LOW = -4;
export const HIGH = 4;

export type Row = readonly number[];

interface PointsProps {
  area: Area;
  rows: readonly Row[];
  classes: number;
  onChange: (rows: Row[]) => void;
}

export function Points({ area, rows, classes, onChange }: PointsProps): JSX.Element {
  const put = (i: number, row: Row): void => onChange(rows.map((each, j) => (j === i ? row : each)));
  return (
    <>
      {rows.map(([x, y, k], i) => (
        <Handle
          key={i}
          area={area}
          x={x!}
          y={y!}
          class={TINTS[k!] ?? ""}
          shape={SHAPES[k!] ?? "circle"}
          label={t("plane.point", { n: i + 1, name: NAMES[k!] ?? "", x: x!.toFixed(1), y: y!.toFixed(1) })}
          description={t("plane.description")}
          onMove={(a, b) => put(i, [inside(a), inside(b), k!])}
          onFlip={() => put(i, [x!, y!, (k! + 1) % classes])}
          onDelete={() => rows.length > 1 && onChange(rows.filter((_, j) => j !== i))}
        />
      ))}
    </>
  );
}

export const inside = (value: number): number => Math.round(Math.min(HIGH, Math.max(LOW, value)) * 100) / 100;

/** The part of the line w0 + w1 x + w2 y = c that lies in the frame. */
export function segment(w: Row, c: number): [number, number][] {
  const [w0, w1, w2] = w as [number, number, number];
  const ends: [number, number][] = [];
  for (const side of [LOW, HIGH]) {
    if (w2 !== 0) ends.push([side, (c - w0 - w1 * side) / w2]);
    if (w1 !== 0) ends.push([(c - w0 - w2 * side) / w1, side]);
  }
  const slack = 1e-9;
  const within = ends.filter(([x, y]) => x >= LOW - slack && x <= HIGH + slack && y >= LOW - slack && y <= HIGH + slack);
  within.sort(([a, b], [x, y]) => a - x || b - y);
  return within.length < 2 ? [] : [within[0]!, within.at(-1)!];
}

/** Where a class has the largest of the linear scores: the frame, cut by a line for each other class. */
export function region(scores: readonly Row[], k: number): [number, number][] {
  let polygon: [number, number][] = [[LOW, LOW], [HIGH, LOW], [HIGH, HIGH], [LOW, HIGH]];
  scores.forEach((other, j) => {
    if (j === k) return;
    const ahead = ([x, y]: [number, number]): number =>
      scores[k]![0]! - other[0]! + (scores[k]![1]! - other[1]!) * x + (scores[k]![2]! - other[2]!) * y;
    const cut: [number, number][] = [];
    polygon.forEach((here, i) => {
      const next = polygon[(i + 1) % polygon.length]!;
      const [a, b] = [ahead(here), ahead(next)];
      if (a >= 0) cut.push(here);
      if (a >= 0 !== b >= 0) {
        const s = a / (a - b);
        cut.push([here[0] + s * (next[0] - here[0]), here[1] + s * (next[1] - here[1])]);
      }
    });
    polygon = cut;
  });
  return polygon;
}

/** What the marks mean, for the reader who sees them. */
export function Legend({ classes }: { classes: number }): JSX.Element {
  return (
    <p class="legend" aria-hidden="true">
      {NAMES.slice(0, classes).map((name, k) => (
        <span key={name} class={TINTS[k]}>{["●", "■", "▲"][k]} {name}</span>
      ))}
    </p>
  );
}
