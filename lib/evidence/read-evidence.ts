import "server-only";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { SealError } from "@/lib/server/seal";
import { openPiece } from "./seal-piece";
import { findKept } from "./store";

/**
 * What was kept, with a name for its file; who read it is written down first. Refusals
 * `unknown-evidence`, `nothing-kept` with why, `sealed-with-another-key`.
 */
export async function readEvidence(
  ctx: Ctx,
  input: { id: string },
): Promise<{ name: string; text: string }> {
  const found = await findKept(ctx.db, input.id, ctx.now());
  if (!found) {
    const sentence = `There is no evidence ${input.id.slice(0, 40)}: it may have been kept for long enough.`;
    throw new Refusal("unknown-evidence", 404, sentence);
  }
  const { evidence, sealed } = found;
  if (sealed === null) {
    throw new Refusal(
      "nothing-kept",
      404,
      `Nothing was kept of it. ${evidence.problem ?? ""}`.trim(),
    );
  }
  const { id, restorationId, incidentId, kind, title } = evidence;
  await ctx.db.$transaction((tx) =>
    appendAudit(tx, {
      ...{ actor: ctx.actor.id, action: "evidence-read", subject: restorationId, at: ctx.now() },
      detail: { evidence: id, incident: incidentId, kind, title },
    }),
  );
  return { name: nameOf(evidence), text: await opened(ctx, sealed) };
}

async function opened(ctx: Ctx, sealed: string): Promise<string> {
  try {
    return await openPiece(ctx.sealer, sealed);
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new Refusal("sealed-with-another-key", 409, error.message);
  }
}

/** Letters, figures, dots and hyphens, whatever its Pods are called: "R-12-logs-checkout-7d9f-app.txt". */
function nameOf(evidence: {
  restorationId: string;
  kind: string;
  title: string;
  mediaType: string;
}): string {
  const { restorationId, kind, title, mediaType } = evidence;
  const about = title
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 80);
  const ending = mediaType === "application/json" ? "json" : "txt";
  return `${restorationId}-${kind}-${about || "kept"}.${ending}`;
}
