import "server-only";
import { changesById, changesOfSubject } from "@/lib/changes/store";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { RollbackTarget } from "@/lib/contracts/lever";
import type { RepositoryRef } from "@/lib/contracts/service";
import { counted } from "@/lib/rules/say";
import type { Bringer } from "@/lib/schemas/get-report";
import type { Ctx } from "@/lib/server/context";

export type Crossed = {
  touches: string;
  leaves: string[];
  /** Which merge brought a file, by its path. */
  bringers: Map<string, Bringer>;
};

/**
 * What a rollback takes back besides the suspect, and what it can't: the merges between the live
 * revision and the target, flags and replicas that stay as they are.
 */
export async function crossedByRollback(
  ctx: Ctx,
  target: RollbackTarget,
  to: DeployDetails,
  liveRevision: number | null,
): Promise<Crossed> {
  const deploys = await changesOfSubject(ctx.db, {
    source: target.source,
    subject: `${target.namespace}/${target.deployment}`,
    limit: 100,
  });
  const between = deploys.filter(
    (one) =>
      one.details.kind === "deploy" &&
      one.details.uid === to.uid &&
      one.details.revision > to.revision &&
      one.details.revision <= (liveRevision ?? Number.MAX_SAFE_INTEGER),
  );
  const merges = (
    await changesById(ctx.db, [...new Set(between.flatMap((one) => one.carries))])
  ).filter((one) => one.details.kind === "merge");
  return {
    touches: touches(target.deployment, merges),
    leaves: ["flags as they are", "replicas, autoscaling, ConfigMaps and Secrets as they are"],
    bringers: bringersOf(between, merges),
  };
}

/** Of each file that came along, the merge that brought it and the deploy that put it live. */
function bringersOf(deploys: Change[], merges: Change[]): Crossed["bringers"] {
  const bringers: Crossed["bringers"] = new Map();
  for (const { id, details } of merges) {
    if (details.kind !== "merge") continue;
    const deploy = deploys.findLast((one) => one.carries.includes(id));
    const bringer = { number: details.number, liveSince: deploy?.at ?? null };
    for (const { path, status } of details.files)
      if (status !== "removed") bringers.set(path, bringer);
  }
  return bringers;
}

function touches(deployment: string, merges: Change[]): string {
  const everyone = `everyone on ${deployment}`;
  if (merges.length === 0) return everyone;
  return `${everyone}; ${counted(merges.length, "merge goes", "merges go")} back: ${merges
    .map((merge) => (merge.details.kind === "merge" ? `#${merge.details.number}` : ""))
    .join(", ")}`;
}

/** Paths of a merge's files that lie under the repository's migration prefixes. */
export function migrationFiles(merge: Change, repository: RepositoryRef): string[] {
  if (merge.details.kind !== "merge") return [];
  return merge.details.files
    .map((file) => file.path)
    .filter((path) => repository.migrations.some((prefix) => path.startsWith(prefix)));
}
