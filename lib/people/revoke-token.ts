import "server-only";
import type { ApiToken } from "@/lib/contracts/api-token";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { markTokenRevoked } from "./store";

/** Ends a token at once. Refuses with `unknown-token` when there is none that is still valid. */
export async function revokeToken(ctx: Ctx, input: { id: string }): Promise<ApiToken> {
  const at = ctx.now();
  return ctx.db.$transaction(async (tx) => {
    const revoked = await markTokenRevoked(tx, input.id, at);
    if (!revoked) {
      throw new Refusal("unknown-token", 404, "There is no such token, or it is revoked already.");
    }
    await appendAudit(tx, {
      actor: ctx.actor.name,
      action: "token.revoke",
      subject: revoked.id,
      detail: { name: revoked.name },
      at,
    });
    return revoked;
  });
}
