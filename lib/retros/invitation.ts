import "server-only";
import ical from "ical-generator";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { findRetro } from "./find-retro";
import { invitationNumber } from "./write-store";

/**
 * The retro as a calendar file (RFC 5545). Its UID stays and its number rises with every change of the
 * arrangement, so that calendars replace what they have. It names no organizer: whoever sends it is.
 * Refusals: `not-scheduled`, and those of `findRetro`.
 */
export async function invitation(
  ctx: Pick<Ctx, "db" | "publicUrl">,
  input: { id: string },
): Promise<{ name: string; text: string }> {
  const { number, incident, retro } = await findRetro(ctx, input.id);
  if (retro.scheduledFor === null) {
    throw new Refusal(
      "not-scheduled",
      409,
      `The retro of ${incident.id} has no date yet. Give it one, then invite.`,
    );
  }
  const url = `${ctx.publicUrl}/retros/${incident.id}`;
  const start = new Date(retro.scheduledFor);
  const calendar = ical({ prodId: { company: "Known Good", product: "Retros", language: "EN" } });
  calendar.createEvent({
    id: `retro-${incident.id.toLowerCase()}@${new URL(ctx.publicUrl).hostname}`,
    sequence: await invitationNumber(ctx.db, number),
    stamp: new Date(retro.changedAt),
    start,
    end: new Date(start.getTime() + retro.minutes * 60_000),
    summary: line(`Blameless retro of ${incident.id}: ${incident.title}`),
    description: [
      `What happened, how we restored it, and what we learn. Prepared from the receipts: ${url}`,
      ...(retro.facilitator ? [`Led by ${line(retro.facilitator)}.`] : []),
    ].join("\n"),
    url,
    ...(retro.place ? { location: line(retro.place) } : {}),
  });
  return { name: `retro-${incident.id}.ics`, text: calendar.toString() };
}

/** One line without characters that a calendar can't hold. */
function line(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}
