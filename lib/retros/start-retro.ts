import "server-only";
import type { Incident } from "@/lib/contracts/incident";
import type { Retro } from "@/lib/contracts/retro";
import { RetroFacts, type SignalFacts } from "@/lib/contracts/retro-facts";
import { getIncident } from "@/lib/incidents/get-incident";
import { roleSayer } from "@/lib/rules/people-by-role";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { findRetro } from "./find-retro";
import { draftOf } from "./gather-retro";
import { readFacts } from "./read-facts";
import { refreshWords } from "./retro-words";
import { readRetro, saveDraft } from "./store";

/**
 * Drafts the retro of an incident that is restored: reads what sources may forget, keeps it, and
 * begins the retro. One that is there already stays with all that is written in it. Refusals:
 * `unknown-incident`, `not-restored`.
 */
export async function startRetro(ctx: Ctx, input: { incidentId: string }): Promise<Retro> {
  const { number, incident } = await getIncident(ctx, input.incidentId);
  if (incident.restoredAt === null) {
    throw new Refusal(
      "not-restored",
      409,
      `${incident.id} isn't restored yet. Its retro is drafted when customers are no longer hurt.`,
    );
  }
  const found = await findRetro(ctx, incident.id).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === "no-retro") return null;
    throw error;
  });
  return found?.retro ?? draft(ctx, number, incident);
}

/** Reads the facts anew and keeps them, beginning the retro when there is none. */
export async function draft(ctx: Ctx, number: number, incident: Incident): Promise<Retro> {
  const at = ctx.now();
  const [before, read] = await Promise.all([readRetro(ctx.db, number), readFacts(ctx, incident)]);
  const facts = RetroFacts.parse({
    readAt: at.toISOString(),
    harmBeganAt: incident.harmBeganAt,
    signals: read.map((one) => betterKnown(one, before?.facts.signals ?? [])),
  });
  const { draft, people } = await draftOf(ctx, number, incident, facts);
  const say = roleSayer(people);
  const drafted = say(`${draft.sections.summary}\n${draft.sections.customers}`);
  await ctx.db.$transaction(async (tx) => {
    await saveDraft(tx, { incidentNumber: number, facts: { ...facts, drafted }, at });
    await refreshWords(tx, number);
  });
  ctx.publish("retro", incident.id);
  ctx.publish("retros");
  return (await findRetro(ctx, incident.id)).retro;
}

/** What was known of a signal before, where its source has nothing to say any more. */
function betterKnown(read: SignalFacts, before: SignalFacts[]): SignalFacts {
  if (read.peak !== null) return read;
  return before.find(({ service, peak }) => service === read.service && peak !== null) ?? read;
}
