import type { Restoration } from "@/lib/contracts/restoration";
import { wasNotDone } from "./order-restorations";

type Undone = Restoration & { undone: NonNullable<Restoration["undone"]> };

/** What a Restoration acts on: pulling again acts on the same. */
const objectOf = ({ target }: Restoration) =>
  target.lever === "retoggle"
    ? `${target.source} ${target.project} ${target.key} ${target.environment}`
    : target.lever === "rollback"
      ? `${target.source} ${target.namespace} ${target.deployment}`
      : `${target.source} ${target.repository} ${target.number}`;

/** Restorations that were undone and not pulled again since, the latest undone first. */
export function standingUndone(restorations: readonly Restoration[]): Undone[] {
  return restorations
    .filter((one): one is Undone => Boolean(one.undone))
    .filter(
      ({ undone, ...one }) =>
        !restorations.some(
          (later) =>
            !wasNotDone(later) &&
            later.plannedAt > undone.at &&
            objectOf(later) === objectOf(one as Restoration),
        ),
    )
    .sort((a, b) => b.undone.at.localeCompare(a.undone.at));
}
