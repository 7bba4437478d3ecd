import type { Recognised } from "./layouts-standing";

export function inRevisionOrder(root: readonly Recognised[]): Recognised[] {
  return [...root];
}
