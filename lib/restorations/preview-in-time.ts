import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { LeverPreview, LeverTarget } from "@/lib/contracts/lever";
import type { Ctx } from "@/lib/server/context";
import { nothingToPull, previewLever } from "./preview-lever";

/** How long a card waits for one lever: a source that hangs must not keep the others from being pulled. */
const PATIENCE_MS = 2_000;
/** So long what a slow source said too late is shown, while it is asked anew. */
const KEPT_MS = 60_000;
const MOST_KEPT = 100;

type Late = { preview: LeverPreview; at: number };
type Looks = { underWay: Map<string, Promise<LeverPreview>>; late: Map<string, Late> };
const looks = new WeakMap<Ctx["db"], Looks>();

/**
 * The preview of a lever, if it comes in time. A source that is slow is asked once, however many cards
 * wait for it; what it says later is on the next card, with the time at which it was checked. Until
 * then a blocker says that it hasn't answered, and `onLate` tells when there is more to see.
 */
export async function previewInTime(
  ctx: Ctx,
  target: LeverTarget,
  onLate: () => void,
): Promise<LeverPreview> {
  const { underWay, late } = looks.get(ctx.db) ?? { underWay: new Map(), late: new Map() };
  looks.set(ctx.db, { underWay, late });
  const key = JSON.stringify(target);
  const look = underWay.get(key) ?? previewLever(ctx, target);
  if (!underWay.has(key)) {
    underWay.set(key, look);
    const end = () => underWay.delete(key);
    look.then(end, end);
  }
  const inTime = await orNull(look);
  if (inTime) {
    late.delete(key);
    return inTime;
  }
  const before = late.get(key);
  const isFresh = before !== undefined && ctx.now().getTime() - before.at < KEPT_MS;
  if (!isFresh) late.delete(key);
  keepLate(look, (preview) => {
    const isNews = !late.has(key);
    late.delete(key);
    late.set(key, { preview, at: ctx.now().getTime() });
    const oldest = late.size > MOST_KEPT ? late.keys().next().value : undefined;
    if (oldest !== undefined) late.delete(oldest);
    if (isNews) onLate();
  });
  return isFresh ? before.preview : unanswered(ctx, target);
}

async function orNull(look: Promise<LeverPreview>): Promise<LeverPreview | null> {
  const patience = new AbortController();
  const late = sleep(PATIENCE_MS, null, { ref: false, signal: patience.signal }).catch(() => null);
  return Promise.race([look, late]).finally(() => patience.abort());
}

/** Nobody waits for it any more: that it fails is told by whoever looks next. */
function keepLate(look: Promise<LeverPreview>, keep: (preview: LeverPreview) => void): void {
  look.then(keep, () => undefined);
}

function unanswered(ctx: Ctx, target: LeverTarget): LeverPreview {
  const sentence = `${target.source} hasn’t answered within ${PATIENCE_MS / 1_000} s and is still being asked: look again in a few seconds.`;
  const who = `whoever runs ${target.source}`;
  const at = ctx.now().toISOString();
  const preview = nothingToPull(target.lever, "no-answer-yet", sentence, at, { who });
  return { ...preview, target };
}
