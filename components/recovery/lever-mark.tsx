import type { RestoredBy } from "@/lib/contracts/recovery";

const one = (value: number) => String(Math.round(value * 10) / 10);

/** Colour of each lever in the history; its shape says the same. */
export const leverColours: Record<RestoredBy, string> = {
  retoggle: "var(--lever-retoggle)",
  rollback: "var(--lever-rollback)",
  revert: "var(--lever-revert)",
  none: "var(--ink-3)",
};

/** Whether the shape of a lever is drawn by its outline. */
export const isOutline = (lever: RestoredBy) => lever === "revert" || lever === "none";

/**
 * The shape of a lever around a place, in SVG's words, as on the timeline of an incident: a pennant for
 * a flag, a square for a rollback, a ring for a merge taken back, a cross for other means. `size`: 1 is
 * about eight pixels.
 */
export function leverShape(lever: RestoredBy, x: number, y: number, size: number): string {
  const at = (dx: number, dy: number) => `${one(x + dx * size)},${one(y + dy * size)}`;
  const by = (length: number) => one(length * size);
  switch (lever) {
    case "retoggle":
      return `M${at(-3.2, -4.4)}l${by(7.8)},${by(4.4)}l${by(-7.8)},${by(4.4)}z`;
    case "rollback":
      return `M${at(-3.4, -3.4)}h${by(6.8)}v${by(6.8)}h${by(-6.8)}z`;
    case "revert":
      return `M${at(-3.5, 0)}a${by(3.5)},${by(3.5)} 0 1 0 ${by(7)},0a${by(3.5)},${by(3.5)} 0 1 0 ${by(-7)},0`;
    case "none":
      return `M${at(-3, -3)}l${by(6)},${by(6)}m0,${by(-6)}l${by(-6)},${by(6)}`;
    default:
      return lever satisfies never;
  }
}

/** A lever's shape and colour beside its name. */
export function LeverMark({ lever }: { lever: RestoredBy }) {
  const colour = leverColours[lever];
  const isLine = isOutline(lever);
  return (
    <svg
      width="12"
      height="12"
      viewBox="-6 -6 12 12"
      aria-hidden="true"
      className="inline shrink-0 align-[-1px]"
    >
      <path
        d={leverShape(lever, 0, 0, 1.15)}
        fill={isLine ? "none" : colour}
        stroke={isLine ? colour : "none"}
        strokeWidth="1.9"
      />
    </svg>
  );
}
