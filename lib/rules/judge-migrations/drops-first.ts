import type { Step } from "./operation";

const DROPS: ReadonlySet<Step["does"]> = new Set([
  "drop-column",
  "drop-constraint",
  "drop-index",
  "drop-not-null",
  "drop-default",
]);

/** Actions of one ALTER TABLE as databases do them: what goes, goes before what comes. */
export function dropsFirst(steps: readonly Step[]): Step[] {
  return [
    ...steps.filter(({ does }) => DROPS.has(does)),
    ...steps.filter(({ does }) => !DROPS.has(does)),
  ];
}
