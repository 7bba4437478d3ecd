import "server-only";
import type { Factor, FactorInput } from "@/lib/contracts/retro";
import type { Ctx } from "@/lib/server/context";
import { refuseUnknownSubjects } from "./curate-item";
import { gatherRetro } from "./gather-retro";
import { writeRetro } from "./write-retro";
import { curationsOf, insertFactor } from "./write-store";

/** Adds a contributing factor, one of several. Refusal `unknown-subject` for a line that isn't there. */
export async function addFactor(ctx: Ctx, input: FactorInput & { id: string }): Promise<Factor> {
  const { id, text } = input;
  const subjects = [...new Set(input.subjects)];
  const gathered = subjects.length > 0 ? await gatherRetro(ctx, id) : null;
  return writeRetro(ctx, { id, action: "add-factor" }, async (tx, _held, { number, at }) => {
    if (gathered) refuseUnknownSubjects(gathered, await curationsOf(tx, number), subjects);
    const draft = { incidentNumber: number, text, subjects, createdAt: at };
    const factor = await insertFactor(tx, draft);
    return { answer: factor, detail: { factorId: factor.id, text, subjects } };
  });
}
