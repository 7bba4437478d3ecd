import "server-only";
import { linkDeploys } from "@/lib/changes/link-deploys";
import { recordMerges } from "@/lib/changes/record-merges";
import { knownKeys, mergeNumbers } from "@/lib/changes/store";
import type { RepositoryRef } from "@/lib/contracts/service";
import type { CodeSource } from "@/lib/integrations/code-source";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import type { SourceHealth } from "./source-health";

const LOOK_BACK_MS = 90 * 24 * 3_600_000;
const MOST_PULLS = 200;

/** One look at a repository host: pull requests merged since the last, linked to flags and deploys. */
export async function collectCode(
  ctx: Ctx,
  source: { name: string; adapter: CodeSource },
  health: SourceHealth,
): Promise<void> {
  const services = await listServices(ctx);
  const repositories = repositoriesOf(
    services.flatMap((service) => service.repository ?? []),
    source.name,
  );
  if (repositories.length === 0) await source.adapter.check();
  let written = 0;
  for (const { name, branch } of repositories) {
    const known = await mergeNumbers(ctx.db, source.name, name);
    const pulls = await source.adapter.mergedSince({
      repository: name,
      branch,
      since: new Date(ctx.now().getTime() - LOOK_BACK_MS),
      limit: MOST_PULLS,
      known,
    });
    const naturalKeys = pulls.map((pull) => `${pull.repository}#${pull.number}`);
    const there = await knownKeys(ctx.db, source.name, naturalKeys);
    written += await recordMerges(ctx, {
      source: source.name,
      services,
      pulls: pulls.filter((pull) => !there.has(`${pull.repository}#${pull.number}`)),
    });
  }
  const linked = await linkDeploys(ctx, services);
  if (written + linked > 0) ctx.publish("changes");
  health.live(ctx.now(), source.adapter.rateLimit());
}

function repositoriesOf(all: RepositoryRef[], source: string): RepositoryRef[] {
  const found = new Map<string, RepositoryRef>();
  for (const one of all) if (one.source === source) found.set(`${one.name}@${one.branch}`, one);
  return [...found.values()];
}
