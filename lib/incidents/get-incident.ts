import "server-only";
import type { Incident } from "@/lib/contracts/incident";
import type { Database, Transaction } from "@/lib/server/db";
import { Refusal } from "@/lib/server/refusal";
import { findIncident, incidentNumber } from "./store";

/** An incident and its number. Refusal `unknown-incident` when there is none of that id. */
export async function getIncident(
  ctx: { db: Database | Transaction },
  id: string,
): Promise<{ number: number; incident: Incident }> {
  const number = incidentNumber(id);
  const incident = number === null ? null : await findIncident(ctx.db, number);
  if (number === null || !incident) throw unknownIncident(id);
  return { number, incident };
}

export function unknownIncident(id: string): Refusal {
  return new Refusal(
    "unknown-incident",
    404,
    `There is no incident ${id.slice(0, 40)}. Its number stands on its page, as in INC-12.`,
  );
}
