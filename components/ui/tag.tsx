import type { ReactNode } from "react";

const tones = {
  plain: "border-edge text-ink-2",
  accent: "border-accent text-accent font-semibold",
  good: "border-good text-good font-semibold",
  warn: "border-warn text-warn font-semibold",
  harm: "border-harm text-harm font-semibold",
} as const;

export type Tone = keyof typeof tones;

/** A word in a pill; the word carries the meaning, the hue only repeats it. */
export function Tag({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-block whitespace-nowrap rounded-full border px-2 text-[0.6875rem] leading-[1.125rem] ${tones[tone]}`}
    >
      {children}
    </span>
  );
}
