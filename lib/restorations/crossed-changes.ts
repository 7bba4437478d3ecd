import "server-only";
import { changesById, changesOfSubject, linkedDeploys } from "@/lib/changes/store";
import type { Change, DeployDetails } from "@/lib/contracts/change";
import type { RollbackTarget, Warning } from "@/lib/contracts/lever";
import type { RepositoryRef } from "@/lib/contracts/service";
import { counted } from "@/lib/rules/say";
import { settingsChanged } from "@/lib/rules/settings-changed";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";

export type Crossed = {
  warnings: Warning[];
  checks: string[];
  touches: string;
  leaves: string[];
};

/**
 * What a rollback takes back besides the suspect, and what it can't: the merges between the live
 * revision and the target, the schema changes among them, flags and replicas that stay as they are.
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
  const names = [...new Set(between.flatMap((one) => one.services))];
  const services = (await listServices(ctx)).filter((service) => names.includes(service.name));
  const repository = services.find((service) => service.repository)?.repository ?? null;
  const isKnown = await areMergesKnown(ctx, between);
  const schema = [
    ...schemaWarnings(merges, repository, to.revision),
    ...(repository && repository.migrations.length > 0 && !isKnown ? [mergesUnknown(to)] : []),
  ];
  const settings = between.flatMap((one) =>
    one.details.kind === "deploy" ? settingsChanged(one.details.templateChanges) : [],
  );
  const flagKeys = [
    ...new Set(merges.flatMap((one) => (one.details.kind === "merge" ? one.details.flagKeys : []))),
  ];
  return {
    warnings: schema,
    checks: [
      ...(settings.length > 0 ? [`takes back ${settings.slice(0, 3).join("; ")}`] : []),
      ...(repository && repository.migrations.length > 0 && schema.length === 0
        ? [`no merge between ${to.revision} and ${liveRevision ?? "now"} touches the schema`]
        : []),
    ],
    touches: touches(target.deployment, merges),
    leaves: [
      ...(flagKeys.length > 0
        ? [`flags as they are: ${flagKeys.join(", ")} may mean nothing in ${to.revision}`]
        : ["flags as they are"]),
      "replicas, autoscaling, ConfigMaps and Secrets as they are",
    ],
  };
}

/** False while some deploy hasn't been compared with the one before it, or can't be. */
async function areMergesKnown(ctx: Ctx, deploys: Change[]): Promise<boolean> {
  const linked = await linkedDeploys(
    ctx.db,
    deploys.map((deploy) => deploy.id),
  );
  return deploys.every(
    (deploy) =>
      linked.has(deploy.id) && deploy.details.kind === "deploy" && deploy.details.commit !== null,
  );
}

function mergesUnknown(to: DeployDetails): Warning {
  return {
    code: "merges-unknown",
    sentence: `Which merges went live since ${to.revision} isn’t known, so neither is whether the database schema changed.`,
    unsafe: true,
  };
}

function touches(deployment: string, merges: Change[]): string {
  const everyone = `everyone on ${deployment}`;
  if (merges.length === 0) return everyone;
  return `${everyone}; ${counted(merges.length, "merge goes", "merges go")} back: ${merges
    .map((merge) => (merge.details.kind === "merge" ? `#${merge.details.number}` : ""))
    .join(", ")}`;
}

/** Migration files that merges brought, by the service's configured paths. */
export function schemaWarnings(
  merges: Change[],
  repository: RepositoryRef | null,
  revision: number | string,
): Warning[] {
  if (!repository || repository.migrations.length === 0) return [];
  return merges.flatMap((merge) => {
    if (merge.details.kind !== "merge") return [];
    const files = migrationFiles(merge, repository);
    if (files.length === 0) return [];
    return [
      {
        code: "schema-changed",
        sentence: `#${merge.details.number} changed the database schema (${files.join(", ")}). Nobody has checked that ${revision} runs on today’s schema.`,
        unsafe: true,
      },
    ];
  });
}

/** Paths of a merge's files that lie under the repository's migration prefixes. */
export function migrationFiles(merge: Change, repository: RepositoryRef): string[] {
  if (merge.details.kind !== "merge") return [];
  return merge.details.files
    .map((file) => file.path)
    .filter((path) => repository.migrations.some((prefix) => path.startsWith(prefix)));
}
