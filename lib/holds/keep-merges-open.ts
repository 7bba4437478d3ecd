import "server-only";
import type { CodeSource } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { openKeyOf } from "@/lib/rules/freeze-holds";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { openKeysAmong } from "./store";

const AT_ONCE = 3;

type Source = { name: string; adapter: CodeSource };
type Branch = { repository: string; branch: string };

/**
 * Sees to it that nothing is held where nothing is frozen: a branch that requires a freeze's status can't
 * be merged into where it is missing, so what came since is told that it isn't frozen. `repositories`:
 * only these, else all that services name. Does nothing that was done already. Returns how many branches
 * were looked at; one that can't be asked keeps no other waiting.
 */
export async function keepMergesOpen(
  ctx: Ctx,
  { name, adapter }: Source,
  repositories?: ReadonlySet<string>,
): Promise<number> {
  const { guard } = adapter;
  if (!guard) return 0;
  const branches = (await branchesOf(ctx, name)).filter(
    ({ repository }) => !repositories || repositories.has(repository),
  );
  for (let at = 0; at < branches.length; at += AT_ONCE) {
    const some = branches.slice(at, at + AT_ONCE);
    const held = await openKeysAmong(
      ctx.db,
      some.map((one) => keyOf(name, one)),
    );
    const free = some.filter((one) => !held.has(keyOf(name, one)));
    await Promise.all(
      free.map(async (one) => {
        const none = { freezes: [], allowedPulls: [], allowedCommits: [], was: null };
        try {
          await guard.releaseMerges({ ...one, ...none });
        } catch (error) {
          if (!(error instanceof SourceError)) throw error;
          // That the source is away is told by who reads its repositories.
          ctx.log.debug({ err: error, source: name, ...one }, "merges can't be kept open");
        }
      }),
    );
  }
  return branches.length;
}

async function branchesOf(ctx: Ctx, source: string): Promise<Branch[]> {
  const all = (await listServices(ctx)).flatMap(({ repository }) =>
    repository?.source === source
      ? [{ repository: repository.name, branch: repository.branch }]
      : [],
  );
  return [...new Map(all.map((one) => [keyOf(source, one), one])).values()];
}

function keyOf(source: string, { repository, branch }: Branch): string {
  return openKeyOf("github", source, `${repository} ${branch}`);
}
