import type { ReadinessCell, ReadinessColumn } from "@/lib/contracts/recovery";

/** The columns of the board in order, by what they are called. */
export const COLUMNS: Record<ReadinessColumn, string> = {
  retoggle: "Retoggle",
  rollback: "Rollback",
  revert: "Revert",
  permissions: "Permissions",
  revisions: "Revisions kept",
  "flag-coverage": "Flag coverage",
  schema: "Schema verdict",
  gitops: "GitOps owner",
  signal: "Signal",
  "last-drill": "Last drill",
  "freeze-gate": "Freeze: gate",
  "freeze-cluster": "Freeze: cluster",
  "freeze-merges": "Freeze: merges",
  "freeze-owners": "Freeze: GitOps",
};

export const COLUMN_NAMES = Object.keys(COLUMNS) as ReadinessColumn[];

const isOfFreeze = (name: ReadinessColumn) => name.startsWith("freeze-");
/** What a service is restored by, and what holds others back meanwhile. */
export const COLUMN_GROUPS = {
  restoring: COLUMN_NAMES.filter((name) => !isOfFreeze(name)),
  freezing: COLUMN_NAMES.filter(isOfFreeze),
};

type State = ReadinessCell["state"];

/** Each state as word, shape and hue: the hue only repeats the others. */
export const STATES: Record<State, { word: string; shape: string; hue: string }> = {
  ready: { word: "ready", shape: "M3 8.5 6.5 12 13 4.5", hue: "text-good" },
  limited: { word: "limited", shape: "M8 2.5v7M8 12.4v.6", hue: "text-warn" },
  blocked: { word: "blocked", shape: "M4 4l8 8M12 4l-8 8", hue: "text-ink" },
  unknown: { word: "not known", shape: "M3.5 8h9", hue: "text-ink-3" },
};

/** How many of a service's cells are in each state, the worst first: "1 blocked, 2 limited, 7 ready". */
export function countsOf(cells: Record<ReadinessColumn, ReadinessCell>): string {
  const order: State[] = ["blocked", "limited", "unknown", "ready"];
  const all = COLUMN_NAMES.map((name) => cells[name].state);
  return order
    .map((state) => ({ state, n: all.filter((one) => one === state).length }))
    .filter(({ n }) => n > 0)
    .map(({ state, n }) => `${n} ${STATES[state].word}`)
    .join(", ");
}
