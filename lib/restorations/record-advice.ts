import "server-only";
import { createHash } from "node:crypto";
import { AdviceCard } from "@/lib/contracts/advice";
import type { LeverCard } from "@/lib/contracts/lever";
import { incidentNumber } from "@/lib/incidents/store";
import { adviceDigest } from "@/lib/rules/advice-digest";
import type { Ctx } from "@/lib/server/context";
import { insertAdvice } from "./advice-store";

/**
 * Keeps what a card of levers said, when that isn't what it said last. Called after the answer and
 * never fails: a card that couldn't be kept costs the retro a sentence, not the responder a lever. Once the
 * incident is resolved its card advises nobody, and the one before stands. True when something was written.
 */
export async function recordAdvice(
  ctx: Pick<Ctx, "db" | "log">,
  incidentId: string,
  shown: LeverCard,
): Promise<boolean> {
  try {
    const number = incidentNumber(incidentId);
    if (number === null || isOfClosed(shown)) return false;
    const card = AdviceCard.parse(shown);
    const digest = createHash("sha256").update(adviceDigest(card)).digest("base64url");
    const at = new Date(shown.checkedAt);
    return await insertAdvice(ctx.db, { incidentNumber: number, card, digest, at });
  } catch (error) {
    ctx.log.error({ err: error, incident: incidentId }, "what a card said can't be kept");
    return false;
  }
}

function isOfClosed({ levers }: LeverCard): boolean {
  return levers.some(({ blockers }) => blockers.some(({ code }) => code === "incident-closed"));
}
