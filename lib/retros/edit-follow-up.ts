import "server-only";
import type { EditFollowUpInput, FollowUp } from "@/lib/contracts/follow-up";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { findFollowUp } from "./find-follow-up";
import { type FollowUpPatch, updateFollowUp } from "./follow-up-store";
import { writeRetro } from "./write-retro";

/**
 * Changes a follow-up, or closes or reopens it; an issue that it was opened as stays as it is. Refusals:
 * `unknown-follow-up`, `stale`.
 */
export async function editFollowUp(
  ctx: Ctx,
  input: EditFollowUpInput & { followUpId: string },
): Promise<FollowUp> {
  const { followUpId, version, ...given } = input;
  const { followUp: found, number } = await findFollowUp(ctx, followUpId);
  const frame = { id: found.incidentId, action: "edit-follow-up", subject: found.id };
  return writeRetro(ctx, frame, async (tx, _held, { at }) => {
    const { followUp: current } = await findFollowUp({ db: tx }, followUpId);
    const patch = changesOf(current, given);
    if (Object.keys(patch).length === 0) return { answer: current, detail: null };
    if (version !== current.version) {
      throw new Refusal(
        "stale",
        409,
        `${current.id} was changed by somebody else meanwhile. Look at it as it is now, then repeat.`,
      );
    }
    const closing: FollowUpPatch =
      patch.state === undefined ? {} : { closedAt: patch.state === "open" ? null : at };
    const before = Object.fromEntries(
      Object.keys(patch).map((name) => [name, current[name as keyof FollowUp]]),
    );
    return {
      answer: await updateFollowUp(tx, number, { ...patch, ...closing }),
      detail: { ...patch, before },
      // That something was done about it doesn't make what was published about it out of date.
      changes: Object.keys(patch).join() === "state" ? "state" : "words",
    };
  });
}

type Given = Omit<EditFollowUpInput, "version">;

function changesOf(current: FollowUp, given: Given): Given {
  const names = ["title", "owner", "team", "dueOn", "kind", "state"] as const;
  const changed = names.filter(
    (name) => given[name] !== undefined && given[name] !== current[name],
  );
  return Object.fromEntries(changed.map((name) => [name, given[name]]));
}
