import "server-only";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { SourceError } from "@/lib/integrations/source-error";
import { getRestoration } from "@/lib/restorations/get-restoration";
import type { Job } from "@/lib/restorations/store";
import { redactText } from "@/lib/rules/redact-text";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { fleetingParts, lastingParts, type Part } from "./parts-of";
import { missingPiece, type Piece } from "./piece";
import { type Room, sealPiece } from "./seal-piece";
import { insertKept, keptBytes } from "./store";

/** All sources together may take so long. */
const WITHIN_MS = 10_000;
/** Who was told to stop gives what it has; one that doesn't within this gives nothing. */
const LAST_WORDS_MS = 1_500;
/** What stays for a while waits so long for what doesn't: the press itself needs the same database. */
const FIRST_MS = 1_000;
/** Of one Restoration so much is kept at most, and of that so much of its Pods. */
const MOST_BYTES = 4 * 1024 * 1024;
const POD_BYTES = 3 * 1024 * 1024;
const DAY_MS = 86_400_000;
const LATE = "Not read in time.";

export type KeepOptions = {
  /** Days for which it is kept. */
  days: number;
  /** The server stops: what is there by then is kept, the rest by the next one. */
  stop: AbortSignal;
};

/**
 * Keeps what will be gone once a lever was pulled, each thing as soon as it is read. Whatever can't be
 * is kept as a reason. Safe to repeat: what was kept before stays. Throws only when the database does.
 */
export async function keepEvidence(ctx: Ctx, number: number, options: KeepOptions): Promise<void> {
  const job = await getRestoration(ctx, `R-${number}`);
  const room: Room = { left: MOST_BYTES - (await keptBytes(ctx.db, number)) };
  const signal = AbortSignal.any([options.stop, AbortSignal.timeout(WITHIN_MS)]);
  const keepAll = async (parts: Part[]) => {
    await Promise.all(parts.map((part) => keepPart(ctx, { job, part, room, signal, options })));
  };
  const fleeting = keepAll(await fleetingParts(ctx, job, Math.min(POD_BYTES, room.left)));
  const isFirst = sleep(FIRST_MS, undefined, { signal, ref: false }).catch(() => undefined);
  await Promise.race([fleeting, isFirst]);
  await Promise.all([fleeting, lastingParts(ctx, job).then(keepAll)]);
}

type Keeping = { job: Job; part: Part; room: Room; signal: AbortSignal; options: KeepOptions };

async function keepPart(ctx: Ctx, keeping: Keeping): Promise<void> {
  const { job, part, room, options } = keeping;
  for (const piece of await piecesOf(ctx, keeping)) {
    // Of a server that stops: the next one asks again instead.
    if (options.stop.aborted && piece.problem !== null) continue;
    const sealed = await sealPiece(ctx.sealer, piece, room);
    const takenAt = ctx.now();
    await insertKept(ctx.db, {
      id: idOf(job.number, part.key, piece),
      incidentNumber: job.incidentNumber,
      restorationNumber: job.number,
      kind: piece.kind,
      title: redactText(piece.title).text.slice(0, 300),
      mediaType: piece.mediaType,
      ...sealed,
      takenAt,
      keptUntil: new Date(takenAt.getTime() + options.days * DAY_MS),
    });
  }
}

/** The same thing has the same id, however often it is taken. */
function idOf(number: number, key: string, { kind, title }: Piece): string {
  const hash = createHash("sha256").update(JSON.stringify([number, key, kind, title]));
  return `E-${hash.digest("base64url").slice(0, 22)}`;
}

async function piecesOf(ctx: Ctx, { job, part, signal }: Keeping): Promise<Piece[]> {
  const { kind, title } = part;
  try {
    return await inTime(part.gather(signal), signal);
  } catch (error) {
    return [missingPiece(kind, title, signal.aborted ? LATE : problemOf(ctx, job, part, error))];
  }
}

function problemOf(ctx: Ctx, job: Job, { kind }: Part, error: unknown): string {
  if (error instanceof SourceError || error instanceof Refusal) return error.sentence;
  ctx.log.error({ err: error, restoration: job.restoration.id, kind }, "evidence can't be taken");
  return "Something went wrong on our side: the log of Known Good says what.";
}

/** Its answer; throws when none came soon after the signal. */
async function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const done = new AbortController();
  const tooLate = new Promise<never>((_, reject) => {
    const giveUp = () =>
      void sleep(LAST_WORDS_MS, undefined, { signal: done.signal, ref: false }).then(
        () => reject(new Error(LATE)),
        () => undefined,
      );
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true, signal: done.signal });
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    done.abort();
  }
}
