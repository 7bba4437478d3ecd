import type { Change } from "@/lib/contracts/change";
import { durationInWords } from "./say";

/** Somebody took back what a Restoration did, as far as the world says. */
export type Undoing = {
  by: string | null;
  /** What they did, to follow their name: "put revision 24’s template back". */
  did: string;
  /** Whether what came back is what was taken away: customers may be hurt again. */
  takesBack: boolean;
  /** The Change that did it, once the ledger has it. */
  changeId: string | null;
};

/** "Undone 6 s after it took effect: argocd-controller put revision 24’s template back." */
export function sayUndone(
  { by, did, takesBack }: Pick<Undoing, "by" | "did" | "takesBack">,
  about: { at: string; acceptedAt: string; inEffectAt: string | null },
): string {
  const since = about.inEffectAt ?? about.acceptedAt;
  const ms = Math.max(0, Date.parse(about.at) - Date.parse(since));
  const word = takesBack ? "Undone" : "Replaced";
  const what =
    about.inEffectAt === null ? "it was accepted, before it took effect" : "it took effect";
  return `${word} ${durationInWords(Math.max(1_000, ms))} after ${what}: ${by ?? "somebody"} ${did}.`;
}

/** What a rollback led away from and to. */
export type RolledBack = {
  uid: string;
  fromHash: string;
  fromRevision: number | null;
  toHash: string;
};

export type LiveDeploy = {
  rollback: RolledBack;
  /** Deploys of the Deployment, newest first. */
  deploys: readonly Change[];
  /** Its id, as its own deploy carries it. */
  restorationId: string;
  /** Merges that the deploys since carry. */
  carried: readonly Change[];
  /** The merges that it took back: "owner/name#12". */
  culprits: ReadonlySet<string>;
};

/**
 * Whether the newest deploy leaves what a rollback did (`holds`: or is a Restoration itself), took it
 * back, or is the cure: a version that carries the revert of what was rolled back (`cured`).
 */
export function judgeDeploy(about: LiveDeploy): "holds" | "cured" | Undoing {
  const { rollback, deploys, restorationId } = about;
  const own = deploys.find(({ details }) => markOf(details) === restorationId);
  const [live] = newestFirst(deploys, rollback.uid);
  if (live?.details.kind !== "deploy") return "holds";
  const { details } = live;
  const ownRevision =
    own?.details.kind === "deploy"
      ? own.details.revision
      : rollback.fromRevision === null
        ? null
        : rollback.fromRevision + 1;
  const isLater =
    details.uid === rollback.uid && ownRevision !== null && details.revision > ownRevision;
  const isAnew = details.uid !== rollback.uid && own !== undefined && live.at > own.at;
  if (!isLater && !isAnew) return "holds";
  if (details.templateHash === rollback.toHash || details.restorationId !== null) return "holds";
  const from = deploys.find(
    (one) => one.details.kind === "deploy" && one.details.templateHash === rollback.fromHash,
  );
  const commit = from?.details.kind === "deploy" ? from.details.commit : null;
  const isSame = details.templateHash === rollback.fromHash;
  const takesBack = isSame || (commit !== null && details.commit === commit);
  if (!takesBack && isCured(about)) return "cured";
  const back =
    rollback.fromRevision === null ? "the earlier" : `revision ${rollback.fromRevision}’s`;
  const what = isSame ? "template" : "version";
  return {
    by: details.writtenBy ?? live.actor,
    did: takesBack ? `put ${back} ${what} back` : `put revision ${details.revision} live`,
    takesBack,
    changeId: live.id,
  };
}

/** A deploy in whose merges the cure may still turn up: which they are is read a little later. */
export function mayStillBeCure(live: Change, now: number): boolean {
  const { details } = live;
  if (details.kind !== "deploy" || details.commit === null || live.carries.length > 0) return false;
  return now - Date.parse(live.at) < LINKED_WITHIN_MS;
}

const LINKED_WITHIN_MS = 60_000;

/** Deploys of a Deployment as it is now in front of those of one that was deleted, each newest first. */
export function newestFirst(deploys: readonly Change[], uid: string): Change[] {
  const revisionOf = ({ details }: Change) => (details.kind === "deploy" ? details.revision : 0);
  const isIts = ({ details }: Change) => details.kind === "deploy" && details.uid === uid;
  const others = deploys.filter((one) => !isIts(one));
  const its = deploys.filter(isIts).sort((a, b) => revisionOf(b) - revisionOf(a));
  const [newest] = others;
  // Made anew, it has another uid and counts from one again.
  return newest && its[0] && newest.at > its[0].at ? [...others, ...its] : [...its, ...others];
}

function markOf(details: Change["details"]): string | null {
  return details.kind === "deploy" ? details.restorationId : null;
}

function isCured({ carried, culprits }: LiveDeploy): boolean {
  return carried.some(
    ({ details }) =>
      details.kind === "merge" &&
      (details.restorationId !== null ||
        (details.revertOf !== null && culprits.has(`${details.repository}#${details.revertOf}`))),
  );
}
