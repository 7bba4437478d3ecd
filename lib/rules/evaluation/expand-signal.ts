import type { SignalTrace } from "@/lib/contracts/incident-evidence";
import type { CaseSignal } from "./incident-case";
import { seeded } from "./seeded";

const MINUTE_MS = 60_000;

/** A case's signal as it would have been read until `now` (minutes), with noise drawn by `seed`. */
export function expandSignal(
  signal: CaseSignal,
  context: { seed: string; harmAt: number; now: number },
): SignalTrace {
  const random = seeded(`${context.seed}/${signal.of}/signal`);
  const points: SignalTrace["points"] = [];
  for (let minute = signal.from; minute <= context.now; minute += signal.everySeconds / 60) {
    const at = context.harmAt + Math.round(minute * MINUTE_MS);
    // Drawn for every point, so that a gap doesn't move what comes after it.
    const value = withNoise(valueAt(signal, minute), signal, random);
    const isGap = signal.gap && minute >= signal.gap[0] && minute <= signal.gap[1];
    points.push([at, isGap ? null : value]);
  }
  return { service: signal.of, threshold: signal.threshold, harmWhen: signal.harmWhen, points };
}

function withNoise(value: number, signal: CaseSignal, random: () => number): number {
  const [a, b, c, d] = [random(), random(), random(), random()];
  // The sum of three evens is near enough to a bell.
  const bell = (a + b + c - 1.5) * 1.15;
  const jump = d < signal.outliers ? 3 + 4 * a : 1;
  const noisy = value * (1 + signal.noise * bell) * jump;
  return signal.unit === "ratio" ? Math.min(1, Math.max(0, noisy)) : Math.max(0, noisy);
}

function valueAt(signal: CaseSignal, minute: number): number {
  const harm = signal.harm ?? signal.base;
  const since = minute - signal.at;
  switch (signal.shape) {
    case "flat":
      return signal.base;
    case "step":
      return since < 0 ? signal.base : harm;
    case "spike":
      return since < 0 || since >= signal.lasts ? signal.base : harm;
    case "ramp":
      return signal.base + (harm - signal.base) * Math.min(1, Math.max(0, since / signal.lasts));
    case "stairs":
      return signal.points.findLast(([at]) => at <= minute)?.[1] ?? signal.base;
    case "line":
      return onLine(signal, minute);
    default:
      return signal.shape satisfies never;
  }
}

function onLine({ points, base }: CaseSignal, minute: number): number {
  const before = points.findLast(([at]) => at <= minute);
  const after = points.find(([at]) => at > minute);
  if (!before) return base;
  if (!after) return before[1];
  const share = (minute - before[0]) / (after[0] - before[0]);
  return before[1] + (after[1] - before[1]) * share;
}
