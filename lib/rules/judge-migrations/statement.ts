import type { Step } from "./operation";

/** A statement by its place in the text (UTF-16 units, `end` exclusive) and what it does. */
export type Statement = { start: number; end: number; steps: Step[] };
