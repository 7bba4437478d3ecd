import type { Restoration } from "@/lib/contracts/restoration";
import { ageInWords } from "../say";
import { openedAtOf, putBackEnd } from "./closing";
import {
  type Culprit,
  closedWith,
  type Draft,
  type End,
  type LooseEndFacts,
  type PausedOwner,
  type RollbackLeft,
} from "./facts";
import { revertActions } from "./of-restoration";

/**
 * An owner that is paused for a rollback until somebody resumes it; also while the rollback has no answer
 * yet, for whoever paused it may have lost it.
 */
export function ofOwner(
  facts: LooseEndFacts,
  owner: PausedOwner,
  byId: ReadonlyMap<string, Restoration>,
): Draft[] {
  const { hold, title } = owner;
  const claims = owner.claims.flatMap((claim) => {
    const restoration = byId.get(claim.restorationId);
    return restoration && (restoration.acceptedAt !== null || isUnanswered(restoration))
      ? [{ ...claim, restoration }]
      : [];
  });
  const [first] = claims;
  const last = claims.at(-1);
  if (!first || !last) return [];
  // Nothing was done yet, so what isn't held, either, leaves nothing.
  const isAnswered = claims.some(({ restoration }) => restoration.acceptedAt !== null);
  if (!isAnswered && !mayHold(hold)) return [];
  const ends = claims.map(({ restoration, droppedAt, droppedBy }): End | null =>
    droppedAt ? { at: droppedAt, by: droppedBy ?? "hand" } : putBackEnd(restoration, byId),
  );
  const isNeeded = ends.some((end) => end === null);
  const left =
    facts.rollbacks.find(({ restorationId }) => restorationId === last.restorationId) ?? null;
  const end = endOf(hold, isNeeded, ends);
  return [
    {
      key: `paused-owner:${hold.id}`,
      kind: "paused-owner",
      restorationId: last.restorationId,
      sentence: end
        ? `${title} was paused for ${last.restorationId}.`
        : pausedInWords(owner, last.restoration),
      openedAt: openedAtOf(first.restoration),
      ...closedWith(end),
      actions: [
        { kind: "resume", holdId: hold.id, warning: warningOf(owner, left) },
        ...(isUnanswered(last.restoration) ? [] : revertActions(left, facts.restorations)),
      ],
    },
  ];
}

function isUnanswered({ acceptedAt, state }: Restoration): boolean {
  return acceptedAt === null && (state === "planned" || state === "asked" || state === "unknown");
}

function mayHold({ state }: PausedOwner["hold"]): boolean {
  return state === "asked" || state === "held" || state === "releasing";
}

function pausedInWords({ hold, title }: PausedOwner, last: Restoration): string {
  const until = "it delivers nothing until it is resumed.";
  if (!isUnanswered(last)) return `${title} is paused for ${last.id}: ${until}`;
  return hold.state === "asked"
    ? `${title} may be paused for ${last.id}, which has no answer yet: if it is, ${until}`
    : `${title} is paused for ${last.id}, which has no answer yet: ${until}`;
}

/** It is over when it was let go of or lost; who dropped it by hand is told first. */
function endOf(hold: PausedOwner["hold"], isNeeded: boolean, ends: (End | null)[]): End | null {
  const dropped = ends.flatMap((end) => end ?? []).at(-1) ?? null;
  switch (hold.state) {
    case "released":
      return { at: hold.at, by: dropped?.by ?? hold.sentence };
    case "lost":
    case "not-held":
      return { at: hold.at, by: hold.sentence };
    case "releasing":
      return null;
    case "asked":
    case "held":
      // Whoever else needs it answers for it.
      return isNeeded ? null : dropped;
    default:
      return hold.state satisfies never;
  }
}

/** What git still says comes back as soon as it goes on. */
function warningOf({ undoesWithinSeconds }: PausedOwner, left: RollbackLeft | null): string | null {
  const open = left?.culprits.filter(({ isReverted }) => !isReverted) ?? [];
  if (left && left.culprits.length > 0 && open.length === 0) return null;
  const when =
    undoesWithinSeconds === null
      ? "at its next delivery"
      : `in about ${ageInWords(undoesWithinSeconds * 1_000)}`;
  const what =
    left?.fromRevision === null || left === null
      ? "the version that was rolled back"
      : `revision ${left.fromRevision}’s version`;
  const gone = left?.culprits.filter(({ isReverted }) => isReverted) ?? [];
  if (gone.length > 0) {
    return `It delivers what git says by now: ${listed(gone)} reverted there, ${listed(open)} not.`;
  }
  const first = open[0] ? ` Revert #${open[0].target.number} first.` : "";
  return `Unless git was changed since, it puts ${what} back ${when}.${first}`;
}

/** "#78 is", "#77 and #76 are" */
function listed(culprits: readonly Culprit[]): string {
  const numbers = culprits.map(({ target }) => `#${target.number}`);
  return numbers.length === 1
    ? `${numbers[0]} is`
    : `${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)} are`;
}
