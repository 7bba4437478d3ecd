import "server-only";
import { mergesMentioning } from "@/lib/changes/store";
import type { Change, MergeDetails } from "@/lib/contracts/change";
import type { RetoggleTarget } from "@/lib/contracts/lever";
import type { Service } from "@/lib/contracts/service";
import type { FlagUse } from "@/lib/rules/flag-use";
import { type FlagFindings, type FlagMerge, judgeFlagInCode } from "@/lib/rules/version-flags";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { flagUseAt } from "./flag-use-at";
import { deploysOf, liveDeploy } from "./live-version";

/** Merges that are looked behind for what they took away. */
const MOST_MERGES = 3;

/**
 * Whether the running version's code still reads a flag that is to be turned, from the files that
 * merges touched which mention it. Says nothing where code, commit or merges aren't known.
 */
export async function flagInCode(
  ctx: Ctx,
  target: RetoggleTarget,
  turn: { doing: string; isTurningOff: boolean },
): Promise<FlagFindings> {
  const nothing = { warnings: [], checks: [] };
  const { key } = target;
  const services = (await listServices(ctx)).filter((service) => isIts(service, target));
  if (services.length === 0) return nothing;
  const mentioning = (await mergesMentioning(ctx.db, [key])).flatMap(asMerge);
  const findings = await Promise.all(
    services.map((service) => inService(ctx, service, { key, mentioning, ...turn })),
  );
  const known = findings.filter((one) => one !== null);
  // One service that still reads it is enough for turning it to do something.
  const checks = known.flatMap((one) => one.checks);
  const warnings = known.flatMap((one) => one.warnings);
  const told = checks.length > 0 ? warnings.filter((one) => one.code !== "flag-gone") : warnings;
  return { checks, warnings: [...new Map(told.map((one) => [one.sentence, one])).values()] };
}

type Merge = Change & { details: MergeDetails };

function asMerge(change: Change): Merge[] {
  return change.details.kind === "merge" ? [{ ...change, details: change.details }] : [];
}

function isIts({ flags, repository }: Service, target: RetoggleTarget): boolean {
  return (
    repository !== null &&
    flags !== null &&
    flags.source === target.source &&
    flags.project === target.project &&
    flags.environment === target.environment &&
    (flags.keys === undefined || flags.keys.includes(target.key))
  );
}

async function inService(
  ctx: Ctx,
  service: Service,
  about: { key: string; mentioning: Merge[]; doing: string; isTurningOff: boolean },
): Promise<FlagFindings | null> {
  const { key, mentioning } = about;
  const { repository } = service;
  if (!repository) return null;
  const deploys = await deploysOf(ctx, service);
  const commit = liveDeploy(deploys)?.commit ?? null;
  const own = mentioning.filter(
    (one) =>
      one.source === repository.source &&
      one.details.repository === repository.name &&
      one.services.includes(service.name),
  );
  if (commit === null || own.length === 0) return null;
  const place = { source: repository.source, repository: repository.name, key };
  const paths = own.flatMap((one) => one.details.files.map((file) => file.path));
  const running = await flagUseAt(ctx, { ...place, commit, paths });
  if (running === null) return null;
  const merges = await mergesBefore(ctx, { place, own, deploys });
  return judgeFlagInCode({ ...about, commit, running, merges, now: ctx.now().toISOString() });
}

/** The latest live merges that mention it, each with its files as the deploy before had them. */
async function mergesBefore(
  ctx: Ctx,
  about: {
    place: { source: string; repository: string; key: string };
    own: Merge[];
    deploys: Change[];
  },
): Promise<FlagMerge[]> {
  const carried = about.own
    .flatMap((merge) => {
      const deploy = about.deploys.findLast((one) => one.carries.includes(merge.id));
      if (deploy?.details.kind !== "deploy" || !deploy.details.previousCommit) return [];
      const { previousCommit: commit, revision } = deploy.details;
      return [{ merge, liveAt: deploy.at, commit, revision }];
    })
    .sort((a, b) => b.revision - a.revision || b.merge.details.number - a.merge.details.number);
  const read = carried.slice(0, MOST_MERGES).map(async ({ merge, liveAt, commit }) => {
    const paths = merge.details.files.map((file) => file.path);
    const before: FlagUse[] | null = await flagUseAt(ctx, { ...about.place, commit, paths });
    return before ? [{ number: merge.details.number, liveAt, before }] : [];
  });
  return (await Promise.all(read)).flat();
}
