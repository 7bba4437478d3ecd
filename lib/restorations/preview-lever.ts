import "server-only";
import type { Blocker, LeverPreview, LeverTarget } from "@/lib/contracts/lever";
import { SourceError } from "@/lib/integrations/source-error";
import { leverName } from "@/lib/rules/recommend-lever";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { estimateLever } from "./estimate-lever";
import { leverOf } from "./lever-of";
import { writeSeen } from "./plan";

/**
 * What pulling a lever on a target would do and what stands in the way, read from the world now. A
 * source that can't be asked and a refusal become blockers: a preview always comes.
 */
export async function previewLever(ctx: Ctx, target: LeverTarget): Promise<LeverPreview> {
  const checkedAt = ctx.now().toISOString();
  try {
    const look = await leverOf(target).look(ctx);
    const { seen, service, path, ...words } = look;
    return {
      lever: target.lever,
      target,
      ...words,
      seen: writeSeen(seen),
      estimate: await estimateLever(ctx, target, service, path),
      checkedAt,
    };
  } catch (error) {
    if (!(error instanceof SourceError || error instanceof Refusal)) throw error;
    return {
      ...nothingToPull(target.lever, error.code, error.sentence, checkedAt),
      target,
      estimate: await estimateLever(ctx, target, null),
    };
  }
}

/** A lever that can't be pulled for this suspect, with the reason as its blocker. */
export function nothingToPull(
  lever: LeverPreview["lever"],
  code: string,
  sentence: string,
  checkedAt: string,
  more: Partial<Pick<Blocker, "who" | "commands">> = {},
): LeverPreview {
  return {
    lever,
    target: null,
    label: leverName(lever),
    confirm: "",
    sentence: "",
    blockers: [{ code, sentence, who: more.who ?? null, commands: more.commands ?? [] }],
    warnings: [],
    checks: [],
    estimate: { p50Ms: 0, p90Ms: null, n: 0, basis: "not estimated" },
    touches: "",
    leaves: [],
    seen: "",
    checkedAt,
  };
}
