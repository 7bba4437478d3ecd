import "server-only";
import type { Service } from "@/lib/contracts/service";
import { SourceError } from "@/lib/integrations/source-error";
import type { Ctx } from "@/lib/server/context";
import { mergesOf, saveLinks, unlinkedDeploys } from "./store";

const LOOK_BACK_MS = 120 * 24 * 3_600_000;

/** In place of the time of linking where the repository doesn't know a deploy's commit. */
const NEVER = new Date(0);

/**
 * Finds out which merges each new deploy carries, by comparing its commit with that of the deploy
 * before it. Only deploys that went live before `readAt`, when all merges of the repository were begun
 * to be read: a later one may carry merges the ledger doesn't have yet. One whose repository can't be
 * asked now is tried again next time. Returns how many deploys were linked.
 */
export async function linkDeploys(
  ctx: Pick<Ctx, "db" | "sources" | "now" | "log">,
  input: { services: Service[]; source: string; readAt: Date },
): Promise<number> {
  const { services, source, readAt } = input;
  const since = new Date(ctx.now().getTime() - LOOK_BACK_MS);
  let linked = 0;
  const names = services.flatMap((one) => (one.repository?.source === source ? one.name : []));
  const deploys = await unlinkedDeploys(ctx.db, { services: names, since, limit: 50 });
  for (const deploy of deploys) {
    if (deploy.details.kind !== "deploy") continue;
    const repository = services.find(
      (service) => service.repository && deploy.services.includes(service.name),
    )?.repository;
    const { commit, previousCommit } = deploy.details;
    if (repository?.source !== source || new Date(deploy.at) > readAt) continue;
    let toIds: string[] = [];
    let linkedAt = ctx.now();
    if (commit && previousCommit && commit !== previousCommit) {
      try {
        const code = ctx.sources.get("code", repository.source);
        const comparison = await code.compare(repository.name, previousCommit, commit);
        const merges = await mergesOf(ctx.db, {
          source: repository.source,
          repository: repository.name,
          commits: comparison.commits.map((one) => one.sha),
        });
        toIds = merges
          .filter((merge) => merge.services.some((name) => deploy.services.includes(name)))
          .map((merge) => merge.id);
      } catch (error) {
        if (error instanceof SourceError && error.code !== "not-found") return linked;
        ctx.log.warn({ err: error, change: deploy.id }, "commits of a deploy can't be compared");
        linkedAt = NEVER;
      }
    }
    await saveLinks(ctx.db, { fromId: deploy.id, toIds, linkedAt });
    linked += 1;
  }
  return linked;
}
