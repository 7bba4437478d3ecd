import "server-only";
import { createHash } from "node:crypto";
import { makeMergesDue } from "@/lib/holds/claim-store";
import { readIssueNext } from "@/lib/retros/follow-up-store";
import type { Ctx } from "@/lib/server/context";
import { hintRepository, issuesOf, nudge, nudgeSource } from "@/lib/server/nudge";
import { Refusal } from "@/lib/server/refusal";
import { rememberDelivery } from "./store";

/**
 * Takes a repository host's webhook as a hint to read that source now; the state itself is always
 * fetched, so a replayed, late or lost delivery changes nothing. Refusal `bad-signature` when it isn't
 * signed with the configured secret, or none is configured.
 */
export async function receiveWebhook(
  ctx: Pick<Ctx, "db" | "sources" | "now">,
  input: { source: string; headers: Headers; body: string },
): Promise<{ taken: boolean }> {
  const code = ctx.sources.get("code", input.source);
  const hint = await code.readWebhook(input.headers, input.body);
  if (!hint) {
    throw new Refusal(
      "bad-signature",
      401,
      "The signature doesn't fit. Set the same secret here and in the webhook's settings.",
    );
  }
  const isNew = await rememberDelivery(ctx.db, {
    source: input.source,
    deliveryId: hint.deliveryId,
    bodyHash: createHash("sha256").update(input.body).digest("hex"),
  });
  if (isNew && hint.about === "issue") {
    const { repository, number } = hint;
    await readIssueNext(ctx.db, { source: input.source, repository, number });
    nudgeSource(issuesOf(input.source));
  } else if (isNew && hint.about !== "other") nudgeSource(input.source);
  // A new head or a new place in the queue must not be merged before it is held.
  if (isNew && "repository" in hint && hint.about !== "issue") {
    const { repository } = hint;
    const isHeld = await makeMergesDue(ctx.db, { source: input.source, repository }, ctx.now());
    if (isHeld) nudge("holds");
    else hintRepository(input.source, repository);
  }
  return { taken: isNew };
}
