import type { Change } from "@/lib/contracts/change";
import type { Restoration } from "@/lib/contracts/restoration";
import type { End } from "./facts";

/** What closed what a Restoration left: putting it back, undoing it, or a later Change of the same thing. */
export function endOf(
  restoration: Restoration,
  byId: ReadonlyMap<string, Restoration>,
  inOrder: readonly Change[],
): End | null {
  return (
    putBackEnd(restoration, byId) ??
    undoneEnd(restoration) ??
    changeEnd(restoration, openedAtOf(restoration), inOrder)
  );
}

/** Since when what a Restoration left is open. */
export function openedAtOf({ inEffectAt, acceptedAt, plannedAt }: Restoration): string {
  return inEffectAt ?? acceptedAt ?? plannedAt;
}

export function putBackEnd(
  { putBackBy }: Restoration,
  byId: ReadonlyMap<string, Restoration>,
): End | null {
  const by = putBackBy === null ? undefined : byId.get(putBackBy);
  const at = by?.inEffectAt ?? by?.acceptedAt;
  return by && at ? { at, by: `${by.id}: ${by.label}` } : null;
}

/** Somebody else changed it: what it did no longer holds. A revert that was closed isn't merged any more. */
function undoneEnd({
  lever,
  state,
  failure,
  endedAt,
  inEffectAt,
  undone,
}: Restoration): End | null {
  if (undone) return { at: undone.at, by: undone.sentence };
  if (state !== "failed" || !failure || !endedAt) return null;
  const isOver =
    failure.code === "superseded"
      ? inEffectAt !== null
      : lever === "revert" && failure.code === "closed";
  return isOver ? { at: endedAt, by: failure.sentence } : null;
}

function changeEnd(
  restoration: Restoration,
  openedAt: string,
  changes: readonly Change[],
): End | null {
  const closing = changes.find((change) => closes(change, restoration, Date.parse(openedAt)));
  return closing ? { at: closing.at, by: closing.title } : null;
}

function closes(change: Change, { id, target }: Restoration, openedAt: number): boolean {
  if (change.source !== target.source) return false;
  const { details } = change;
  if (target.lever === "revert") {
    return (
      details.kind === "merge" &&
      details.repository === target.repository &&
      (details.restorationId === id || details.revertOf === target.number)
    );
  }
  if (Date.parse(change.at) <= openedAt) return false;
  if (target.lever === "retoggle") {
    return (
      details.kind === "flag" &&
      details.restorationId === null &&
      details.project === target.project &&
      details.key === target.key &&
      details.environment === target.environment &&
      (details.action === "archived" ||
        (target.to.state === "off"
          ? details.after?.enabled === true
          : details.action !== "created"))
    );
  }
  return (
    details.kind === "deploy" &&
    details.restorationId === null &&
    details.returnsTo === null &&
    details.namespace === target.namespace &&
    details.deployment === target.deployment
  );
}
