import type { LooseEnd } from "@/lib/contracts/loose-end";

/** Loose ends that nothing closed and nobody waived. */
export function openEnds(ends: readonly LooseEnd[]): LooseEnd[] {
  return ends.filter(({ closedAt, waived }) => closedAt === null && waived === null);
}
