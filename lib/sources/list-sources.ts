import "server-only";
import type { SourceState } from "@/lib/contracts/source";
import type { Ctx } from "@/lib/server/context";
import { storedSources } from "./store";

/** How each configured source is: since when it is silent, and what it last knew. */
export async function listSources(ctx: Pick<Ctx, "db" | "sources">): Promise<SourceState[]> {
  const stored = await storedSources(ctx.db);
  return ctx.sources.all().map((source) => {
    const row = stored.get(source.name);
    const status = row?.silentSince ? "silent" : row?.knownAt ? "live" : "starting";
    return {
      name: source.name,
      kind: source.kind,
      product: source.product,
      status,
      knownAt: row?.knownAt?.toISOString() ?? null,
      silentSince: row?.silentSince?.toISOString() ?? null,
      problem: row?.problem ?? null,
      rateLimit: row?.rateLimit ?? null,
    };
  });
}
