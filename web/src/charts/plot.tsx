// A frame with axes, drawn in SVG at the width it is laid out in, so that its text keeps its size.

import { scaleLinear, scaleLog } from "d3-scale";
import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import { useWidth } from "../hooks";

export type Scale = ((value: number) => number) & { invert: (value: number) => number; ticks: (count?: number) => number[] };

export interface Area {
  x: Scale;
  y: Scale;
  width: number;
  height: number;
  /** Cuts off what leaves the frame. */
  clip: string;
  /** Place of an event of the pointer, in the numbers of the axes. */
  place: (event: { clientX: number; clientY: number }) => [number, number];
}

interface Props {
  label: string;
  x: readonly [number, number];
  y: readonly [number, number];
  xLabel?: string;
  yLabel?: string;
  height?: number;
  /** As high as wide. */
  square?: boolean;
  yLog?: boolean;
  /** Where the axis has numbers; by default at round ones. */
  xTicks?: readonly number[];
  xFormat?: (value: number) => string;
  yFormat?: (value: number) => string;
  zero?: boolean;
  onClick?: (x: number, y: number) => void;
  children: (area: Area) => ComponentChildren;
  caption?: ComponentChildren;
}

const MARGIN = { left: 46, right: 12, top: 12, bottom: 38 };

export function Plot({ label, x, y, xLabel, yLabel, height = 300, square, yLog, xTicks, xFormat = tick, yFormat = tick, zero, onClick, children, caption }: Props): JSX.Element {
  const [ref, width] = useWidth();
  const svg = useRef<SVGSVGElement>(null);
  const wide = Math.max(200, width);
  const high = square ? Math.min(wide, 460) : height;
  const inner: [number, number] = [MARGIN.left, wide - MARGIN.right];
  const xScale = scaleLinear(x, inner) as unknown as Scale;
  const yScale = (yLog ? scaleLog(y, [high - MARGIN.bottom, MARGIN.top]) : scaleLinear(y, [high - MARGIN.bottom, MARGIN.top])) as unknown as Scale;
  const place: Area["place"] = (event) => {
    const box = svg.current!.getBoundingClientRect();
    return [xScale.invert(event.clientX - box.left), yScale.invert(event.clientY - box.top)];
  };
  const frame = useId();
  const across = xTicks ?? xScale.ticks(Math.max(2, Math.floor(wide / 75)));
  const up = yLog ? yScale.ticks(4).filter((v) => Number.isInteger(Math.log10(v) + 1e-9) || Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-9) : yScale.ticks(Math.max(3, Math.floor(high / 60)));
  return (
    <figure class="plot">
      <div ref={ref}>
        {width > 0 && (
          <svg
            ref={svg}
            width={wide}
            height={high}
            role="group"
            aria-label={label}
            onClick={onClick && ((event) => event.target === event.currentTarget && onClick(...place(event)))}
          >
            <g class="axis" aria-hidden="true">
              {across.map((value) => (
                <g key={value} transform={`translate(${xScale(value)},0)`}>
                  <line y1={MARGIN.top} y2={high - MARGIN.bottom} class={zero && value === 0 ? "zero" : "grid"} />
                  <text y={high - MARGIN.bottom + 16} text-anchor="middle">{xFormat(value)}</text>
                </g>
              ))}
              {up.map((value) => (
                <g key={value} transform={`translate(0,${yScale(value)})`}>
                  <line x1={inner[0]} x2={inner[1]} class={zero && value === 0 ? "zero" : "grid"} />
                  <text x={inner[0] - 6} dy="0.32em" text-anchor="end">{yFormat(value)}</text>
                </g>
              ))}
              {xLabel && <text class="name" x={inner[1]} y={high - 4} text-anchor="end">{xLabel}</text>}
              {yLabel && <text class="name" x={inner[0] + 4} y={MARGIN.top + 2} dy="0.5em">{yLabel}</text>}
            </g>
            <clipPath id={frame}>
              <rect x={inner[0]} y={MARGIN.top - 2} width={inner[1] - inner[0]} height={high - MARGIN.bottom - MARGIN.top + 4} />
            </clipPath>
            {children({ x: xScale, y: yScale, width: wide, height: high, clip: `url(#${frame})`, place })}
          </svg>
        )}
      </div>
      {caption && <figcaption>{caption}</figcaption>}
    </figure>
  );
}

function tick(value: number): string {
  const size = Math.abs(value);
  const text = size !== 0 && (size >= 1e5 || size < 1e-3) ? value.toExponential(0) : String(Number(value.toPrecision(6)));
  return text.replace("-", "−");
}
