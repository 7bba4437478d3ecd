import type { Change } from "@/lib/contracts/change";
import type { LeverKind, LeverPreview, LeverTarget } from "@/lib/contracts/lever";
import type { IncidentCase, LeverFact } from "./incident-case";
import { uuidOf } from "./seeded";

const KINDS: LeverKind[] = ["retoggle", "rollback", "revert"];
/** What a team without figures of its own would guess. */
const SECONDS: Record<LeverKind, number> = { retoggle: 15, rollback: 120, revert: 1_200 };

/**
 * The three levers for a suspect, as its card would show them: what the case says of its head, else
 * what follows from the kind of change.
 */
export function expandLevers(
  incident: IncidentCase,
  suspect: { head: Change; linked: Change[]; shortName: string | null },
  checkedAt: string,
): LeverPreview[] {
  const said = suspect.shortName ? incident.levers[suspect.shortName] : undefined;
  const usual = usualFacts(suspect.head, suspect.linked);
  return KINDS.map((lever) =>
    previewOf(lever, said?.[lever] ?? usual[lever], suspect.head, checkedAt),
  );
}

function usualFacts(head: Change, linked: Change[]): Record<LeverKind, LeverFact> {
  const merges = linked.flatMap(({ details }) => (details.kind === "merge" ? [details] : []));
  const revert: LeverFact =
    merges.length === 1
      ? { seconds: SECONDS.revert }
      : { blocked: merges.length === 0 ? "no-merge" : "several-merges" };
  switch (head.details.kind) {
    case "flag": {
      const isBehindDeploy = linked.some(({ kind }) => kind === "deploy");
      return {
        retoggle: { seconds: SECONDS.retoggle },
        rollback: isBehindDeploy ? { seconds: SECONDS.rollback } : { blocked: "no-deploy" },
        revert,
      };
    }
    case "deploy": {
      const guarded = merges.filter(({ flagKeys }) => flagKeys.length > 0);
      const all = { seconds: SECONDS.retoggle };
      const retoggle: LeverFact =
        guarded.length === 0
          ? { blocked: "no-flag" }
          : guarded.length === merges.length
            ? all
            : { unsafe: "partial-guard", ...all };
      const hasHistory = head.details.previousRevision !== null;
      return {
        retoggle,
        rollback: hasHistory ? { seconds: SECONDS.rollback } : { blocked: "no-history" },
        revert,
      };
    }
    case "merge":
    case "config":
      return { retoggle: { blocked: "no-flag" }, rollback: { blocked: "no-deploy" }, revert };
    default:
      return head.details satisfies never;
  }
}

function previewOf(
  lever: LeverKind,
  fact: LeverFact,
  head: Change,
  checkedAt: string,
): LeverPreview {
  const isBlocked = "blocked" in fact;
  const p50Ms = isBlocked ? SECONDS[lever] * 1000 : fact.seconds * 1000;
  return {
    lever,
    target: isBlocked && fact.mayOverride !== true ? null : targetOf(lever, head),
    label: `${lever} ${head.title}`,
    confirm: `Confirm: ${lever} ${head.title}`,
    sentence: `${lever} ${head.title}`,
    blockers: isBlocked
      ? [
          {
            code: fact.blocked,
            sentence: fact.sentence ?? `Not possible: ${fact.blocked}.`,
            ...{ who: null, commands: [] },
            ...(fact.mayOverride === undefined ? {} : { mayOverride: fact.mayOverride }),
          },
        ]
      : [],
    warnings:
      "unsafe" in fact
        ? [{ code: fact.unsafe, sentence: fact.sentence ?? `${fact.unsafe}.`, unsafe: true }]
        : [],
    checks: [],
    estimate: { p50Ms, p90Ms: p50Ms * 2, n: 6, basis: "median of 6 own restorations" },
    touches: head.services.join(", "),
    leaves: [],
    schema: null,
    seen: uuidOf(`${head.id}/${lever}`),
    checkedAt,
  };
}

function targetOf(lever: LeverKind, head: Change): LeverTarget {
  const service = head.services[0] ?? "platform";
  switch (lever) {
    case "retoggle": {
      const key = head.details.kind === "flag" ? head.details.key : `${service}-guard`;
      const place = { source: "flags", project: "default", key, environment: "production" };
      const to = head.details.kind === "flag" && head.details.before;
      return {
        ...{ lever, ...place },
        to: to ? { state: "before", changeId: head.id } : { state: "off" },
      };
    }
    case "rollback":
      return {
        ...{ lever, source: "cluster", namespace: "production", deployment: service },
        toChangeId: uuidOf(`${head.id}/before`),
      };
    case "revert":
      return { lever, source: "code", repository: `acme/${service}`, number: 1 };
    default:
      return lever satisfies never;
  }
}
