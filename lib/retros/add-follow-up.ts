import "server-only";
import type { AddFollowUpInput, FollowUp } from "@/lib/contracts/follow-up";
import type { Ctx } from "@/lib/server/context";
import { insertFollowUp } from "./follow-up-store";
import { writeRetro } from "./write-retro";

/** Writes down what is to be done about it: prevent, detect, restore faster or learn. */
export async function addFollowUp(
  ctx: Ctx,
  input: AddFollowUpInput & { id: string },
): Promise<FollowUp> {
  const { id, title, owner, team, dueOn, kind } = input;
  return writeRetro(ctx, { id, action: "add-follow-up" }, async (tx, _held, { number, at }) => {
    const draft = { title, owner, team, dueOn, kind };
    const followUp = await insertFollowUp(tx, {
      ...draft,
      incidentNumber: number,
      createdBy: ctx.actor.name,
      createdAt: at,
    });
    return { answer: followUp, detail: { followUpId: followUp.id, ...draft } };
  });
}
