import "server-only";
import { randomUUID } from "node:crypto";
import type { AddEventInput, TimelineItem } from "@/lib/contracts/retro";
import type { Ctx } from "@/lib/server/context";
import { documentFor, gatherRetro } from "./gather-retro";
import { refuseBareAttachments, refuseFuture } from "./refuse-item";
import { writeRetro } from "./write-retro";
import { saveItem } from "./write-store";

/**
 * Adds a line of one's own to the timeline, with links and text. Refusals: `in-the-future`,
 * `bare-attachment`.
 */
export async function addEvent(
  ctx: Ctx,
  input: AddEventInput & { id: string },
): Promise<TimelineItem> {
  const { id, text, known, attachments } = input;
  refuseFuture(input.at, ctx.now());
  refuseBareAttachments(attachments);
  const subject = `event:${randomUUID()}`;
  await writeRetro(ctx, { id, action: "add-event" }, async (tx, _held, { number, at }) => {
    await saveItem(
      tx,
      { incidentNumber: number, subject },
      { at: new Date(input.at), text, known, attachments },
      { name: ctx.actor.name, at, version: 1 },
    );
    return { answer: null, detail: { subject, at: input.at, text } };
  });
  const { timeline } = documentFor(await gatherRetro(ctx, id), "drafted");
  const item = timeline.find((one) => one.subject === subject);
  if (!item) throw new Error(`${subject} is on no timeline of ${id}`);
  return item;
}
