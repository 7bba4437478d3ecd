import "server-only";
import type { Factor, FactorInput } from "@/lib/contracts/retro";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { refuseUnknownSubjects } from "./curate-item";
import { gatherRetro } from "./gather-retro";
import { writeRetro } from "./write-retro";
import { curationsOf, findFactor, updateFactor } from "./write-store";

/** Writes a factor anew. Refusals: `unknown-factor`, `unknown-subject`, `stale`. */
export async function editFactor(
  ctx: Ctx,
  input: FactorInput & { id: string; factorId: string },
): Promise<Factor> {
  const { id, text } = input;
  const subjects = [...new Set(input.subjects)];
  const gathered = subjects.length > 0 ? await gatherRetro(ctx, id) : null;
  return writeRetro(ctx, { id, action: "edit-factor" }, async (tx, _held, { number }) => {
    const current = await findFactor(tx, { incidentNumber: number, id: input.factorId });
    if (!current) throw unknownFactor();
    const isSame = current.text === text && current.subjects.join() === subjects.join();
    if (isSame) return { answer: current, detail: null };
    if (input.version !== current.version) {
      throw new Refusal(
        "stale",
        409,
        "Somebody changed this factor meanwhile. Look at it as it is now, then repeat.",
      );
    }
    if (gathered) {
      // A line that has left the log since may stay, as it was said before.
      const fresh = subjects.filter((one) => !current.subjects.includes(one));
      refuseUnknownSubjects(gathered, await curationsOf(tx, number), fresh);
    }
    const factor = await updateFactor(tx, current.id, { text, subjects });
    const before = { text: current.text, subjects: current.subjects };
    return { answer: factor, detail: { factorId: factor.id, text, subjects, before } };
  });
}

export function unknownFactor(): Refusal {
  return new Refusal(
    "unknown-factor",
    404,
    "The retro has no such factor. Somebody may have removed it: read the page again.",
  );
}
