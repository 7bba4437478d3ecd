import "server-only";
import { flagSnapshots } from "@/lib/changes/flag-store";
import { carriersOf } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { Warning } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import { counted } from "@/lib/rules/say";
import { settingsChanged } from "@/lib/rules/settings-changed";
import type { Ctx } from "@/lib/server/context";
import type { Choice } from "./choice";
import { chooseForConfig } from "./choose-for-config";
import { chooseRevision } from "./choose-revision";
import { migrationFiles } from "./crossed-changes";

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
    head.details.kind === "config"
      ? chooseForConfig(ctx, { ...head, details: head.details })
      : chooseRevision(ctx, deploy, services),
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
    sentence: whyNoMerge(head),
  };
}

function whyNoMerge({ details }: Change): string {
  switch (details.kind) {
    case "flag":
      return "No merge in the ledger mentions this flag.";
    case "config":
      return "No merge brought this, so there is nothing to revert.";
    case "deploy":
    case "merge":
      return isOnlySettings(details)
        ? "This rollout changed configuration and no code: there is no merge to revert."
        : "No merged pull request is known to be in this deploy.";
    default:
      return details satisfies never;
  }
}

/** A rollout of the same images with other settings. */
function isOnlySettings(details: Change["details"]): boolean {
  return (
    details.kind === "deploy" &&
    details.previousRevision !== null &&
    settingsChanged(details.templateChanges).length > 0 &&
    details.images.every(({ image, was }) => image === was)
  );
}

/** Merges that changed the schema can't be reverted safely, so they are no candidates beside others. */
function withoutMigrations(merges: Change[], services: Service[]): Change[] {
  return merges.filter((merge) =>
    services.every(
      ({ repository }) => !repository || migrationFiles(merge, repository).length === 0,
    ),
  );
}
