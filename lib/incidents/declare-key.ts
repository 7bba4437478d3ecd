import "server-only";
import { createHash } from "node:crypto";
import type { DeclareInput, Incident } from "@/lib/contracts/incident";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { findByDeclareKey } from "./store";

/** What makes a declaration the same one when it is sent again: its key, and what it says. */
export type DeclareKey = { key: string; hash: string };

/**
 * The key that a request names itself by (header Idempotency-Key), told apart by who sends it. Null
 * without one; refusal `invalid-input` for one that isn't 8 to 100 printable characters.
 */
export function declareKeyOf(
  ctx: Pick<Ctx, "actor">,
  header: string | null,
  input: DeclareInput,
): DeclareKey | null {
  if (header === null) return null;
  if (!/^[\x21-\x7e]{8,100}$/.test(header)) {
    const expected = "8 to 100 printable characters without spaces";
    throw new Refusal("invalid-input", 422, `The Idempotency-Key can't be used: ${expected}.`, [
      { path: "Idempotency-Key", expected },
    ]);
  }
  const { title, severity, services, commander, harmBeganAt, isDrill } = input;
  const rest = [commander ?? null, harmBeganAt ?? null, ...(isDrill ? ["drill"] : [])];
  const said = JSON.stringify([title, severity, services, ...rest]);
  return {
    key: `${ctx.actor.id} ${header}`,
    hash: createHash("sha256").update(said).digest("hex"),
  };
}

/** The incident declared under this key, if any. Refusal `key-reused` (422) when it was declared otherwise. */
export async function findDeclared(
  ctx: Pick<Ctx, "db">,
  { key, hash }: DeclareKey,
): Promise<Incident | null> {
  const found = await findByDeclareKey(ctx.db, key);
  if (!found) return null;
  if (found.hash === hash) return found.incident;
  throw new Refusal(
    "key-reused",
    422,
    `This Idempotency-Key was sent before with another body and made ${found.incident.id}. Correct it there, or declare anew under a new key.`,
  );
}
