// A mark that is dragged with the pointer, or moved with the arrow keys (with Shift in larger steps).

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Area } from "./plot";

interface Props {
  area: Area;
  x: number;
  y: number;
  label: string;
  /** What a screen reader says it is. */
  description: string;
  step?: number;
  class?: string;
  shape?: "circle" | "square" | "triangle" | "diamond";
  onMove: (x: number, y: number) => void;
  onDelete?: () => void;
  onFlip?: () => void;
}

const KEYS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const PATHS = {
  circle: "M-6,0a6,6 0 1,0 12,0a6,6 0 1,0 -12,0",
  square: "M-5.5,-5.5h11v11h-11z",
  triangle: "M0,-7L7,5.5H-7z",
  diamond: "M0,-9L9,0L0,9L-9,0z",
};

export function Handle({ area, x, y, label, description, step = 0.1, class: kind = "", shape = "circle", onMove, onDelete, onFlip }: Props): JSX.Element {
  const held = useRef(false);
  return (
    <g
      class={`handle ${kind}`}
      transform={`translate(${area.x(x)},${area.y(y)})`}
      tabindex={0}
      role="button"
      aria-roledescription={description}
      aria-label={label}
      onPointerDown={(event) => {
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => held.current && onMove(...area.place(event))}
      onPointerUp={() => {
        held.current = false;
      }}
      onPointerCancel={() => {
        held.current = false;
      }}
      onKeyDown={(event) => {
        const way = KEYS[event.key];
        if (way) {
          const size = event.shiftKey ? 5 * step : step;
          onMove(x + way[0] * size, y + way[1] * size);
        } else if (onDelete && (event.key === "Delete" || event.key === "Backspace")) onDelete();
        else if (onFlip && (event.key === "Enter" || event.key === " ")) onFlip();
        else return;
        event.preventDefault();
      }}
    >
      <circle r="16" class="reach" />
      <path d={PATHS[shape]} />
    </g>
  );
}
