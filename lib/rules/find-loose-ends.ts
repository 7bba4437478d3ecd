import type { Change } from "@/lib/contracts/change";
import type { Restoration } from "@/lib/contracts/restoration";
import type { RetroLooseEnd } from "@/lib/contracts/retro";

/** Where later changes of what a Restoration acted on are found: the ledger's source and subject. */
export type WatchedSubject = { source: string; subject: string; after: string };

/** The subjects whose later changes can close what these Restorations left open. */
export function watchedSubjects(restorations: readonly Restoration[]): WatchedSubject[] {
  return restorations.flatMap((restoration) => {
    const after = restoration.inEffectAt ?? restoration.acceptedAt;
    if (after === null || restoration.putBackOf !== null) return [];
    const { target } = restoration;
    switch (target.lever) {
      case "retoggle": {
        const subject = `${target.project}/${target.environment}/${target.key}`;
        return [{ source: target.source, subject, after }];
      }
      case "rollback": {
        const subject = `${target.namespace}/${target.deployment}`;
        return [{ source: target.source, subject, after }];
      }
      // A merged revert is in the ledger under its own number, found by the mark it carries.
      case "revert":
        return [];
      default:
        return target satisfies never;
    }
  });
}

/**
 * What Restorations left open, oldest first: a flag left off, an older version live, a revert not
 * merged. Closed by putting it back, or by a later Change of the same thing that was no Restoration.
 * A failed one that took effect leaves its loose end too, until somebody undoes it. `changes`: later
 * changes of the watched subjects and merges, in any order.
 */
export function findLooseEnds(
  restorations: readonly Restoration[],
  changes: readonly Change[],
): RetroLooseEnd[] {
  const byId = new Map(restorations.map((restoration) => [restoration.id, restoration]));
  const inOrder = [...changes].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return restorations
    .filter(({ putBackOf, acceptedAt }) => putBackOf === null && acceptedAt !== null)
    .flatMap((restoration) => {
      const left = whatItLeft(restoration);
      if (left === null) return [];
      const openedAt = restoration.inEffectAt ?? restoration.acceptedAt ?? restoration.plannedAt;
      const closed =
        putBackEnd(restoration, byId) ??
        undoneEnd(restoration) ??
        changeEnd(restoration, openedAt, inOrder);
      return [
        {
          ...left,
          restorationId: restoration.id,
          openedAt,
          closedAt: closed?.at ?? null,
          closedBy: closed?.by ?? null,
        },
      ];
    })
    .sort((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt));
}

function whatItLeft({
  target,
  inEffectAt,
}: Restoration): Pick<RetroLooseEnd, "kind" | "sentence"> | null {
  switch (target.lever) {
    case "retoggle":
      // A flag that was turned on is not left off; it is as its people will want it, or not.
      if (target.to.state === "on") return null;
      return {
        kind: "flag-left-off",
        sentence:
          target.to.state === "off"
            ? `The flag ${target.key} was left off in ${target.environment}.`
            : `The flag ${target.key} was left as it was before the change, in ${target.environment}.`,
      };
    case "rollback":
      return {
        kind: "older-version",
        sentence: `${target.deployment} was left on an older version.`,
      };
    case "revert":
      return inEffectAt === null
        ? {
            kind: "revert-unmerged",
            sentence: `The revert of ${target.repository}#${target.number} was left unmerged.`,
          }
        : null;
    default:
      return target satisfies never;
  }
}

type End = { at: string; by: string };

function putBackEnd(
  { putBackBy }: Restoration,
  byId: ReadonlyMap<string, Restoration>,
): End | null {
  const by = putBackBy === null ? undefined : byId.get(putBackBy);
  const at = by?.inEffectAt ?? by?.acceptedAt;
  return by && at ? { at, by: `${by.id}: ${by.label}` } : null;
}

/** Somebody else changed it while it was being watched: what it did no longer holds. */
function undoneEnd({ state, failure, endedAt, inEffectAt }: Restoration): End | null {
  const isUndone = state === "failed" && failure?.code === "superseded" && inEffectAt !== null;
  return isUndone && endedAt ? { at: endedAt, by: failure.sentence } : null;
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
