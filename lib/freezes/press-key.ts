import "server-only";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";

/**
 * The key that a press names itself by (header Idempotency-Key), told apart by who sends it. Null without
 * one; refusal `invalid-input` for one that isn't 8 to 100 printable characters.
 */
export function pressKeyOf(ctx: Pick<Ctx, "actor">, header: string | null): string | null {
  if (header === null) return null;
  if (/^[\x21-\x7e]{8,100}$/.test(header)) return `${ctx.actor.id} ${header}`;
  const expected = "8 to 100 printable characters without spaces";
  throw new Refusal("invalid-input", 422, `The Idempotency-Key can't be used: ${expected}.`, [
    { path: "Idempotency-Key", expected },
  ]);
}
