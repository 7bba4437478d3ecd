import "server-only";
import type { SourceError } from "@/lib/integrations/source-error";
import type { Ctx } from "@/lib/server/context";
import type { HoldJob } from "./job-store";
import { openMergeHolds } from "./store";

const LOOK_EVERY_MS = 10_000;
/** Merges cost requests of a limit that reverts need too: many repositories are looked at in turns. */
const MERGES_EVERY_MS = 5_000;
const MERGES_APART_MS = 1_500;
/** Whoever says when to ask again is asked then, also when that is soon. */
const SOONEST_MS = 500;

/** When a hold is looked at next, up to a fifth later, so that many don't come at once. */
export async function nextLook(ctx: Ctx, { target }: HoldJob): Promise<Date> {
  const everyMs =
    target.layer === "github"
      ? Math.max(MERGES_EVERY_MS, MERGES_APART_MS * (await openMergeHolds(ctx.db, target.source)))
      : LOOK_EVERY_MS;
  return inAbout(ctx, everyMs);
}

/** In so many milliseconds, or up to a fifth later. */
export function inAbout({ now }: Pick<Ctx, "now">, ms: number): Date {
  return new Date(now().getTime() + ms * (1 + Math.random() / 5));
}

/** When to ask again after an error: when the outside wants to be asked, else in about so long. */
export function afterError(ctx: Ctx, error: SourceError, ms: number): Date {
  if (!error.retryAt) return inAbout(ctx, ms);
  return new Date(Math.max(error.retryAt.getTime(), inAbout(ctx, SOONEST_MS).getTime()));
}
