import "server-only";
import type { Change } from "@/lib/contracts/change";
import type { Page } from "@/lib/contracts/page";
import type { Ctx } from "@/lib/server/context";
import { type ChangeQuery, changePage } from "./store";

/** One page of the ledger, newest first; at most 200 Changes. */
export async function listChanges(
  ctx: Pick<Ctx, "db">,
  query: Omit<ChangeQuery, "limit"> & { limit?: number | undefined },
): Promise<Page<Change>> {
  return changePage(ctx.db, { ...query, limit: Math.min(query.limit ?? 50, 200) });
}
