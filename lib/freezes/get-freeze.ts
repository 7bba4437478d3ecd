import "server-only";
import type { Freeze } from "@/lib/contracts/freeze";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { readFreezes } from "./read-freezes";
import { type FreezeRow, findFreeze, freezeNumber } from "./store";

/** A freeze with all that came of it. Refusal `unknown-freeze` when there is none of that id. */
export async function getFreeze(
  ctx: Pick<Ctx, "db" | "now">,
  input: { id: string },
): Promise<Freeze> {
  const [freeze] = await readFreezes(ctx, [await getFreezeRow(ctx, input.id)]);
  if (!freeze) throw unknownFreeze(input.id);
  return freeze;
}

/** A freeze as it is wished. Refusal `unknown-freeze`. */
export async function getFreezeRow(ctx: Pick<Ctx, "db">, id: string): Promise<FreezeRow> {
  const number = freezeNumber(id);
  const row = number === null ? null : await findFreeze(ctx.db, number);
  if (!row) throw unknownFreeze(id);
  return row;
}

function unknownFreeze(id: string): Refusal {
  return new Refusal(
    "unknown-freeze",
    404,
    `There is no freeze ${id.slice(0, 40)}. Its number stands in the banner and on the incident, as in F-12.`,
  );
}
