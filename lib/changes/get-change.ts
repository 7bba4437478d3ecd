import "server-only";
import type { Change } from "@/lib/contracts/change";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { changeById } from "./store";

/** A Change by id. Refusal `unknown-change` when the ledger has none. */
export async function getChange(ctx: Pick<Ctx, "db">, id: string): Promise<Change> {
  const change = await changeById(ctx.db, id);
  if (!change) throw new Refusal("unknown-change", 404, "The ledger has no such change.");
  return change;
}
