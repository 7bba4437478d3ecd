import "server-only";
import type { Ctx } from "@/lib/server/context";
import { unknownFactor } from "./edit-factor";
import { writeRetro } from "./write-retro";
import { deleteFactor, findFactor } from "./write-store";

/** Takes a factor out; its words stay in the audit. Refusal `unknown-factor`. */
export async function removeFactor(
  ctx: Ctx,
  input: { id: string; factorId: string },
): Promise<null> {
  const { id, factorId } = input;
  return writeRetro(ctx, { id, action: "remove-factor" }, async (tx, _held, { number }) => {
    const factor = await findFactor(tx, { incidentNumber: number, id: factorId });
    if (!factor) throw unknownFactor();
    await deleteFactor(tx, factor.id);
    return { answer: null, detail: { factorId, before: factor } };
  });
}
