import type { LooseEnd, RetroLooseEnd } from "@/lib/contracts/loose-end";
import type { Restoration } from "@/lib/contracts/restoration";
import type { Draft, LooseEndFacts } from "./find-loose-ends/facts";
import { ofFreeze } from "./find-loose-ends/of-freezes";
import { ofOwner } from "./find-loose-ends/of-owners";
import { ofRestoration } from "./find-loose-ends/of-restoration";

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

/** Repositories whose later merges can close a revert that isn't merged. */
export function unmergedReverts(
  restorations: readonly Restoration[],
): { source: string; repository: string; after: string }[] {
  return restorations.flatMap(({ target, inEffectAt, acceptedAt, putBackOf }) =>
    target.lever === "revert" && inEffectAt === null && acceptedAt !== null && putBackOf === null
      ? [{ source: target.source, repository: target.repository, after: acceptedAt }]
      : [],
  );
}

/**
 * What an incident's Restorations and freezes left open, oldest first: closed ones, too. Nothing of it is
 * stored but what people say of it: it is open as long as the world, as far as it is known, is so. A
 * Restoration that failed after it took effect leaves its loose end too, until somebody undoes it.
 */
export function findLooseEnds(facts: LooseEndFacts): LooseEnd[] {
  const byId = new Map(facts.restorations.map((restoration) => [restoration.id, restoration]));
  const inOrder = facts.changes.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const waived = new Map(facts.waivers.map(({ key, ...waiver }) => [key, waiver]));
  const drafts: Draft[] = [
    ...facts.restorations.flatMap((one) => ofRestoration(facts, one, byId, inOrder)),
    ...facts.paused.flatMap((one) => ofOwner(facts, one, byId)),
    ...facts.freezes.flatMap((one) => ofFreeze(one, facts.freezes, facts.now)),
  ];
  return drafts
    .map((draft) => ({
      ...draft,
      incidentId: facts.incidentId,
      waived: waived.get(draft.key) ?? null,
      // Resolving thaws it.
      blocksResolving: draft.kind !== "freeze",
    }))
    .sort((a, b) => Date.parse(a.openedAt) - Date.parse(b.openedAt));
}

/** Those that keep an incident from being resolved. */
export function blocking(ends: readonly LooseEnd[]): LooseEnd[] {
  return ends.filter(
    ({ closedAt, waived, blocksResolving }) => closedAt === null && !waived && blocksResolving,
  );
}

/** As the retro tells of it: what was waived isn't closed, and says by whom it was and why. */
export function looseEndOfRetro(end: LooseEnd): RetroLooseEnd {
  const { kind, restorationId, openedAt, closedAt, closedBy, waived } = end;
  const stop = end.sentence.endsWith(".") ? "" : ".";
  const standing = closedAt === null ? waived : null;
  const because = standing ? `${stop} ${standing.by} waived it: ${standing.reason}` : "";
  return {
    ...{ kind, restorationId, openedAt, closedAt, closedBy, isWaived: standing !== null },
    sentence: `${end.sentence}${because}`,
  };
}
