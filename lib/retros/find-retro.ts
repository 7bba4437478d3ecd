import "server-only";
import type { Incident } from "@/lib/contracts/incident";
import type { Retro } from "@/lib/contracts/retro";
import type { RetroFacts } from "@/lib/contracts/retro-facts";
import { incidentNumber } from "@/lib/incidents/store";
import type { Database, Transaction } from "@/lib/server/db";
import { Refusal } from "@/lib/server/refusal";
import { readRetro } from "./store";

export type Found = { number: number; incident: Incident; retro: Retro; facts: RetroFacts };

/**
 * An incident's retro by the incident's id, without what is written in it. Refusals:
 * `unknown-incident`, and `no-retro` when it has none yet.
 */
export async function findRetro(ctx: { db: Database | Transaction }, id: string): Promise<Found> {
  const number = incidentNumber(id);
  const found = number === null ? null : await readRetro(ctx.db, number);
  if (number === null || !found) {
    throw new Refusal("unknown-incident", 404, `There is no incident ${id.slice(0, 40)}.`);
  }
  const { incident, retro, facts } = found;
  if (!retro) throw new Refusal("no-retro", 404, whyNone(incident));
  return { number, incident, retro, facts };
}

function whyNone(incident: Incident): string {
  return incident.status === "declared"
    ? `${incident.id} has no retro yet: it is drafted when customers are no longer hurt.`
    : `${incident.id} has no retro. Draft one from its page.`;
}
