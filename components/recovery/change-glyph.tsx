import type { RecoveryGroup } from "@/lib/contracts/recovery";
import { factorOf } from "./duration-words";

const WIDTH = 112;
const HEIGHT = 18;
/** A quarter to four times: what is beyond ends in an arrow. */
const WIDEST = Math.log(4);

const place = (ratio: number) =>
  WIDTH / 2 + (Math.max(-WIDEST, Math.min(WIDEST, Math.log(ratio))) / WIDEST) * (WIDTH / 2 - 6);

/** Which way a ratio points, when its interval leaves out 1. */
export function wayOf({ ratio }: Pick<RecoveryGroup, "ratio">): "faster" | "slower" | null {
  if (ratio === null || ratio.low === null || ratio.high === null) return null;
  return ratio.high < 1 ? "faster" : ratio.low > 1 ? "slower" : null;
}

const hues = { faster: "var(--good)", slower: "var(--warn)" } as const;

/** This period against the one before: the ratio of medians as a dot with its interval, then in words. */
export function ChangeGlyph({ group }: { group: RecoveryGroup }) {
  const { ratio } = group;
  const way = wayOf(group);
  const hue = way ? hues[way] : "var(--ink-2)";
  const middle = HEIGHT / 2;
  const low = ratio?.low ?? null;
  const high = ratio?.high ?? null;
  return (
    <div className="flex items-start gap-3">
      <svg width={WIDTH} height={HEIGHT} aria-hidden="true" className="shrink-0">
        <line x1="0" x2={WIDTH} y1={middle} y2={middle} stroke="var(--line)" />
        <line x1={WIDTH / 2} x2={WIDTH / 2} y1="2" y2={HEIGHT - 2} stroke="var(--edge)" />
        {ratio && low !== null && high !== null ? (
          <>
            <line
              x1={place(low)}
              x2={place(high)}
              y1={middle}
              y2={middle}
              stroke={hue}
              strokeWidth="2.2"
            />
            {low < 0.25 ? <path d={`M1,${middle}l5,-4v8z`} fill={hue} /> : null}
            {high > 4 ? <path d={`M${WIDTH - 1},${middle}l-5,-4v8z`} fill={hue} /> : null}
            <circle cx={place(ratio.value)} cy={middle} r="4.2" fill={hue} />
          </>
        ) : null}
      </svg>
      {ratio && low !== null && high !== null ? (
        <span>
          <b className="block font-semibold whitespace-nowrap">{way ?? "no clear change"}</b>
          <span className="block text-meta whitespace-nowrap text-ink-3">
            {factorOf(ratio.value)}× ({factorOf(low)}–{factorOf(high)})
          </span>
        </span>
      ) : (
        <span className="whitespace-nowrap text-ink-3">
          {group.before.n === 0
            ? "none before to compare with"
            : `too few to compare: ${group.now.n} and ${group.before.n}`}
        </span>
      )}
    </div>
  );
}
