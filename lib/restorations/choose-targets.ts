import "server-only";
import { flagSnapshots } from "@/lib/changes/flag-store";
import { carriersOf, changesOfSubject } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { LeverTarget, Warning } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import { counted } from "@/lib/rules/say";
import type { Ctx } from "@/lib/server/context";
import { migrationFiles } from "./crossed-changes";

/** What a lever would be pulled on for a suspect, or why there is nothing to pull it on. */
export type Choice =
  | { target: LeverTarget; warnings: Warning[] }
  | { target: null; code: string; sentence: string };

export type Choices = { retoggle: Choice; rollback: Choice; revert: Choice };

/** The three targets for a suspect: its head Change and the changes linked to it. */
export async function chooseTargets(
  ctx: Ctx,
  suspect: { head: Change; linked: Change[] },
  services: Service[],
): Promise<Choices> {
  const { head } = suspect;
  const linked = suspect.linked.filter((change) => change.details.kind === "merge");
  const deploy = head.details.kind === "deploy" ? head : await deployBehind(ctx, head, linked);
  // Behind a flag only the merges that last went live are at issue, not those of months ago.
  const merges =
    head.details.kind === "deploy" || !deploy
      ? linked
      : linked.filter((merge) => deploy.carries.includes(merge.id));
  const [retoggle, rollback] = await Promise.all([
    chooseFlag(ctx, head, merges, services),
    chooseRevision(ctx, deploy),
  ]);
  return { retoggle, rollback, revert: chooseMerge(head, merges, services) };
}

async function chooseFlag(
  ctx: Ctx,
  head: Change,
  merges: Change[],
  services: Service[],
): Promise<Choice> {
  if (head.details.kind === "flag") {
    const { project, key, environment, before, action } = head.details;
    const place = { lever: "retoggle", source: head.source, project, key, environment } as const;
    if (before)
      return { target: { ...place, to: { state: "before", changeId: head.id } }, warnings: [] };
    return { target: { ...place, to: { state: action === "off" ? "on" : "off" } }, warnings: [] };
  }
  const keys = [
    ...new Set(merges.flatMap((one) => (one.details.kind === "merge" ? one.details.flagKeys : []))),
  ];
  if (keys.length === 0) {
    return { target: null, code: "no-flag", sentence: "No flag guards this change." };
  }
  for (const service of services.filter((one) => head.services.includes(one.name))) {
    if (!service.flags) continue;
    const { source, project, environment } = service.flags;
    const snapshots = await flagSnapshots(ctx.db, source, service.flags);
    const key = keys.find((candidate) => snapshots.get(candidate)?.state.enabled);
    if (!key) continue;
    return {
      target: { lever: "retoggle", source, project, key, environment, to: { state: "off" } },
      warnings: partialGuard(key, merges),
    };
  }
  return {
    target: null,
    code: "flag-off",
    sentence: `The flags it mentions (${keys.join(", ")}) are off already.`,
  };
}

/** A flag that guards some of a deploy's merges may not guard the mistake. */
function partialGuard(key: string, merges: Change[]): Warning[] {
  const guarded = merges.filter(
    (one) => one.details.kind === "merge" && one.details.flagKeys.includes(key),
  );
  if (guarded.length === merges.length) return [];
  return [
    {
      code: "partial-guard",
      sentence: `${key} is mentioned in ${guarded.length} of ${counted(merges.length, "merge")} of this deploy: it may not guard the mistake.`,
      unsafe: true,
    },
  ];
}

async function chooseRevision(ctx: Ctx, deploy: Change | null): Promise<Choice> {
  if (deploy?.details.kind !== "deploy") {
    return {
      target: null,
      code: "no-deploy",
      sentence:
        "No deploy in the ledger brought this change, so there is no revision in front of it.",
    };
  }
  const { namespace, deployment, uid, previousRevision, revision } = deploy.details;
  const ledger = await changesOfSubject(ctx.db, {
    source: deploy.source,
    subject: `${namespace}/${deployment}`,
    limit: 100,
  });
  const before = ledger.find(
    (one) =>
      one.details.kind === "deploy" &&
      one.details.uid === uid &&
      one.details.revision === previousRevision,
  );
  if (!before) {
    return {
      target: null,
      code: "no-history",
      sentence: `Nothing in front of revision ${revision} of ${deployment} is known: neither the cluster nor the ledger holds an earlier one.`,
    };
  }
  return {
    target: {
      lever: "rollback",
      source: deploy.source,
      namespace,
      deployment,
      toChangeId: before.id,
    },
    warnings: [],
  };
}

/** The latest deploy in front of a Change that carried one of its merges. */
async function deployBehind(ctx: Ctx, head: Change, merges: Change[]): Promise<Change | null> {
  const carriers = await carriersOf(
    ctx.db,
    merges.map((merge) => merge.id),
  );
  const before = carriers.filter((one) => one.kind === "deploy" && one.at <= head.at);
  return before.sort((a, b) => b.at.localeCompare(a.at))[0] ?? null;
}

function chooseMerge(head: Change, merges: Change[], services: Service[]): Choice {
  const candidates = merges.length > 1 ? withoutMigrations(merges, services) : merges;
  const [only] = candidates;
  if (candidates.length === 1 && only?.details.kind === "merge") {
    return {
      target: {
        lever: "revert",
        source: only.source,
        repository: only.details.repository,
        number: only.details.number,
      },
      warnings: [],
    };
  }
  if (merges.length > 1) {
    const numbers = merges.flatMap((one) =>
      one.details.kind === "merge" ? `#${one.details.number}` : [],
    );
    return {
      target: null,
      code: "several-merges",
      sentence: `It carries ${merges.length} merges (${numbers.join(", ")}): no single pull request holds the mistake.`,
    };
  }
  return {
    target: null,
    code: "no-merge",
    sentence:
      head.details.kind === "flag"
        ? "No merge in the ledger mentions this flag."
        : "No merged pull request is known to be in this deploy.",
  };
}

/** Merges that changed the schema can't be reverted safely, so they are no candidates beside others. */
function withoutMigrations(merges: Change[], services: Service[]): Change[] {
  return merges.filter((merge) =>
    services.every(
      ({ repository }) => !repository || migrationFiles(merge, repository).length === 0,
    ),
  );
}
