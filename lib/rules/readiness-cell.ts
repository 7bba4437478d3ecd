import type { ReadinessCell } from "@/lib/contracts/recovery";

export const ready = (sentence: string): ReadinessCell => ({ state: "ready", sentence });
export const limited = (sentence: string): ReadinessCell => ({ state: "limited", sentence });
export const blocked = (sentence: string): ReadinessCell => ({ state: "blocked", sentence });
/** Nobody could say, or it isn't judged. */
export const unknown = (sentence: string): ReadinessCell => ({ state: "unknown", sentence });

const RANK: Record<ReadinessCell["state"], number> = {
  ready: 0,
  limited: 1,
  unknown: 2,
  blocked: 3,
};

/** The cell that keeps the others from mattering; the first of equals. Of none, nothing is known. */
export function worstOf(cells: readonly ReadinessCell[]): ReadinessCell {
  return cells.reduce(
    (worst, cell) => (RANK[cell.state] > RANK[worst.state] ? cell : worst),
    cells[0] ?? unknown("There is nothing to ask."),
  );
}
