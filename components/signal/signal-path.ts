import type { SignalPoint } from "@/lib/contracts/signal";

const round = (value: number) => Math.round(value * 10) / 10;

/** The path of a series in SVG's words: straight lines, broken where there is no value. */
export function signalPath(
  points: readonly SignalPoint[],
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  let path = "";
  let isDrawing = false;
  for (const [at, value] of points) {
    if (value !== null) path += `${isDrawing ? "L" : "M"}${round(x(at))},${round(y(value))}`;
    isDrawing = value !== null;
  }
  return path;
}
