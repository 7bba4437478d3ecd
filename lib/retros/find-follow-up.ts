import "server-only";
import type { Database, Transaction } from "@/lib/server/db";
import { Refusal } from "@/lib/server/refusal";
import { findFollowUp as findStored, followUpNumber, type StoredFollowUp } from "./follow-up-store";

/** A follow-up by its id. Refusal `unknown-follow-up` when there is none. */
export async function findFollowUp(
  ctx: { db: Database | Transaction },
  id: string,
): Promise<StoredFollowUp> {
  const number = followUpNumber(id);
  const found = number === null ? null : await findStored(ctx.db, number);
  if (!found) {
    throw new Refusal("unknown-follow-up", 404, `There is no follow-up ${id.slice(0, 40)}.`);
  }
  return found;
}
