import "server-only";
import type { RetroPresence } from "@/lib/contracts/retro";
import type { Ctx } from "@/lib/server/context";
import { findRetro } from "./find-retro";
import { keepPerson, peoplePresent } from "./presence-store";

/** Somebody who wasn't heard of for so long has left. */
const PRESENT_MS = 30_000;

/**
 * Says that we have a retro open and where we write, and answers who else has. Open pages are told when
 * somebody comes or moves; that somebody left shows when they ask again. Refusals as `findRetro`.
 */
export async function keepPresence(
  ctx: Ctx,
  input: { id: string; section: string | null },
): Promise<RetroPresence[]> {
  const { number, incident } = await findRetro(ctx, input.id);
  const { id: person, name } = ctx.actor;
  const now = ctx.now();
  const since = new Date(now.getTime() - PRESENT_MS);
  const before = await peoplePresent(ctx.db, number, since);
  const me = { person, name, section: input.section };
  await keepPerson(ctx.db, { incidentNumber: number, ...me, seenAt: now });
  const known = before.find((one) => one.person === person);
  if (known?.section !== me.section) ctx.publish("retro", incident.id);
  const others = before.filter((one) => one.person !== person);
  return [me, ...others].map((one) => ({
    name: one.name,
    section: one.section,
    isMe: one.person === person,
  }));
}
