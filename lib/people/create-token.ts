import "server-only";
import { randomBytes, randomUUID } from "node:crypto";
import type { CreatedToken, CreateTokenInput } from "@/lib/contracts/api-token";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { insertToken } from "./store";
import { tokenHash } from "./token-hash";

/** Makes a token for scripts. The token itself is in this answer and nowhere else. */
export async function createToken(ctx: Ctx, input: CreateTokenInput): Promise<CreatedToken> {
  const token = `kg_${randomBytes(32).toString("base64url")}`;
  const at = ctx.now();
  const row = await ctx.db.$transaction(async (tx) => {
    const made = await insertToken(tx, {
      id: randomUUID(),
      name: input.name,
      hash: tokenHash(token),
      role: input.role,
      createdBy: ctx.actor.name,
      createdAt: at,
    });
    await appendAudit(tx, {
      actor: ctx.actor.name,
      action: "token.create",
      subject: made.id,
      detail: { name: made.name, role: made.role },
      at,
    });
    return made;
  });
  return { ...row, token };
}
