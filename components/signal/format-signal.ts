import type { SignalSpec } from "@/lib/contracts/service";

function digits(value: number): number {
  const size = Math.abs(value);
  return size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 1 : 2;
}

function plain(value: number): string {
  return String(Number(value.toFixed(digits(value))));
}

/** A value of a signal with its unit, short: "17.9 %", "420 ms", "1.2 s", "1240". Never torn apart. */
export function formatSignal(value: number, unit: SignalSpec["unit"]): string {
  if (unit === "ratio") return `${plain(value * 100)}\u00a0%`;
  if (unit === "seconds")
    return value < 1 ? `${plain(value * 1_000)}\u00a0ms` : `${plain(value)}\u00a0s`;
  return plain(value);
}

/** Whether a value means that customers are hurt. */
export function isHarm(value: number, spec: Pick<SignalSpec, "threshold" | "harmWhen">): boolean {
  return spec.harmWhen === "above" ? value > spec.threshold : value < spec.threshold;
}
