import type { SignalSpec } from "@/lib/contracts/service";
import type { SignalPoint } from "@/lib/contracts/signal";
import { signalVerdict } from "./propose-harm";
import { durationInWords } from "./say";

/** A hurt service's signal, as read just now; the points are oldest first. */
export type SignalLook = { title: string; spec: SignalSpec; points: readonly SignalPoint[] };

/**
 * Why nothing needs to go back now although an incident is open: every signal has been good ever since
 * harm is said to have begun, or again for as long as a Restoration would have to prove. Null when one
 * is bad, has only just turned good or can't be judged, and when there is none: then somebody may be
 * hurt. Times in milliseconds.
 */
export function whyCalm(
  looks: readonly SignalLook[],
  { harmBeganAt, now }: { harmBeganAt: number; now: number },
): string | null {
  if (looks.length === 0) return null;
  let backSince: number | null = null;
  for (const { spec, points } of looks) {
    const needMs = spec.verifyForSeconds * 1_000;
    const { good, goodSince } = signalVerdict(points, spec, now, spec.verifyForSeconds);
    if (!good || goodSince === null || goodSince > now - needMs) return null;
    if (goodSince > harmBeganAt) backSince = Math.max(backSince ?? 0, goodSince);
  }
  const calm =
    backSince === null
      ? `${subject(looks)}: nothing to restore yet.`
      : `${subject(looks)} again, for ${durationInWords(now - backSince)}: nothing to restore now.`;
  return `${calm} If customers are hurt all the same, every lever can still be pulled.`;
}

function subject(looks: readonly SignalLook[]): string {
  const [first, ...others] = looks;
  if (!first || others.length > 0) {
    return `The signals of ${looks.map(({ title }) => title).join(" and ")} are within their thresholds`;
  }
  const side = first.spec.harmWhen === "above" ? "below" : "above";
  return `The signal of ${first.title} (${first.spec.title}) is ${side} its threshold`;
}
