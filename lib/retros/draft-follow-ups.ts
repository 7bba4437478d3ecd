import "server-only";
import { relandingTitle } from "@/lib/rules/revert-story";
import type { Ctx } from "@/lib/server/context";
import { insertFollowUp, isDraftedFor, revertsToLandAgain } from "./follow-up-store";
import { writeRetro } from "./write-retro";

/**
 * Writes down what a revert that reached production leaves to do: its change is still wanted, and merging
 * the same branch again would bring nothing back. Once for each revert, also when it was dropped or
 * written anew. Returns how many were drafted.
 */
export async function draftFollowUps(ctx: Ctx): Promise<number> {
  let drafted = 0;
  for (const row of await revertsToLandAgain(ctx.db)) {
    const { incidentNumber, restorationNumber } = row;
    const input = { id: `INC-${incidentNumber}`, action: "draft-follow-up" };
    const isNew = await writeRetro(ctx, input, async (tx, _held, { number, at }) => {
      if (await isDraftedFor(tx, restorationNumber)) return { answer: false, detail: null };
      const draft = { title: relandingTitle(row), owner: null, team: null, dueOn: null };
      const followUp = await insertFollowUp(tx, {
        ...{ ...draft, kind: "prevent", incidentNumber: number, restorationNumber },
        ...{ createdBy: ctx.actor.name, createdAt: at },
      });
      const detail = { followUpId: followUp.id, restoration: `R-${restorationNumber}`, ...draft };
      return { answer: true, detail };
    });
    if (isNew) drafted += 1;
  }
  return drafted;
}
