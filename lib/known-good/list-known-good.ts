import "server-only";
import type { KnownGoodLine } from "@/lib/contracts/known-good";
import type { Ctx } from "@/lib/server/context";
import { knownGoodLines } from "./store";

/** Of every service whether what is live is its known good state, as it was last computed. */
export async function listKnownGood(ctx: Pick<Ctx, "db">): Promise<KnownGoodLine[]> {
  const lines = await knownGoodLines(ctx.db);
  return lines.map(({ service, isLive, sentence }) => ({ service, isLive, sentence }));
}
