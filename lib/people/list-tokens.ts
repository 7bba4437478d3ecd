import "server-only";
import type { ApiToken } from "@/lib/contracts/api-token";
import type { Ctx } from "@/lib/server/context";
import { listTokenRows } from "./store";

/** Newest first, at most 500, revoked ones too. */
export async function listTokens(ctx: Ctx): Promise<ApiToken[]> {
  return listTokenRows(ctx.db);
}
