import type { LeverKind } from "@/lib/contracts/lever";

/** The id of a lever's part of the card, by which the page leads to it. */
export function leverId(suspectId: string, lever: LeverKind): string {
  return `lever-${suspectId}-${lever}`;
}
