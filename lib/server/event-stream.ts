import "server-only";
import { type LiveEvent, LiveTopic } from "@/lib/contracts/live-event";
import type { LiveEvents } from "./events";
import { Refusal } from "./refusal";

const HEARTBEAT_MS = 15_000;
const REAUTHORISE_MS = 30_000;
const RETRY_MS = 2_000;
const MAX_STREAMS = 1_000;
const MAX_STREAMS_EACH = 20;
/** A browser that reads this slowly is better off reading everything again. */
const MAX_WAITING = 2_000;

const openBy = new Map<string, number>();

export type StreamRequest = {
  live: LiveEvents;
  actorId: string;
  /** The last event the browser has; null when it comes for the first time. */
  after: string | null;
  signal: AbortSignal;
  now: () => Date;
  isStillAllowed: () => Promise<boolean>;
  /** How often that is asked, milliseconds. */
  reauthoriseMs?: number;
};

/**
 * Live events for one browser: what it missed, then what happens, until it leaves or may no longer
 * look. Asks every half minute whether it still may.
 */
export async function openEventStream(request: StreamRequest): Promise<Response> {
  const { live, actorId, after, signal, now, isStillAllowed } = request;
  const { reauthoriseMs = REAUTHORISE_MS } = request;
  const open = openBy.get(actorId) ?? 0;
  const all = [...openBy.values()].reduce((sum, count) => sum + count, 0);
  if (open >= MAX_STREAMS_EACH || all >= MAX_STREAMS) {
    throw new Refusal(
      "too-many-streams",
      503,
      "Too many pages are being kept up to date already; this one reads again by itself.",
    );
  }
  openBy.set(actorId, open + 1);
  const encoder = new TextEncoder();
  const early: LiveEvent[] = [];
  let send: ((text: string) => void) | null = null;
  const unsubscribe = live.subscribe((event) => {
    if (send) send(frameOf(event));
    else early.push(event);
  });
  let timers: ReturnType<typeof setInterval>[] = [];
  let isOpen = true;
  let close: () => void = () => undefined;
  const leave = () => {
    if (!isOpen) return;
    isOpen = false;
    unsubscribe();
    forget();
    for (const timer of timers) clearInterval(timer);
    const left = (openBy.get(actorId) ?? 1) - 1;
    if (left > 0) openBy.set(actorId, left);
    else openBy.delete(actorId);
    close();
  };
  const forget = live.onClose(leave);
  try {
    const missed = await live.since(after);
    const first = missed ?? everythingStale(now());
    const stream = new ReadableStream<Uint8Array>(
      {
        start(controller) {
          close = () => {
            try {
              controller.close();
            } catch {
              // The browser closed it before us.
            }
          };
          send = (text) => {
            if (!isOpen) return;
            if ((controller.desiredSize ?? 0) < -MAX_WAITING) leave();
            else controller.enqueue(encoder.encode(text));
          };
          send(`retry: ${RETRY_MS}\n\n`);
          for (const event of [...first, ...early]) send(frameOf(event));
          const beat = setInterval(() => send?.(": still here\n\n"), HEARTBEAT_MS);
          const recheck = setInterval(() => {
            isStillAllowed().then((allowed) => allowed || leave(), leave);
          }, reauthoriseMs);
          timers = [beat, recheck];
        },
        cancel: leave,
      },
      { highWaterMark: 1 },
    );
    signal.addEventListener("abort", leave);
    if (signal.aborted) leave();
    return new Response(stream, {
      headers: {
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "private, no-store, no-transform",
        "X-Accel-Buffering": "no",
      },
    });
  } catch (error) {
    leave();
    throw error;
  }
}

function frameOf(event: LiveEvent): string {
  const id = event.id === "" ? "" : `id: ${event.id}\n`;
  return `${id}data: ${JSON.stringify(event)}\n\n`;
}

/** What it missed is no longer known: it has to read all of it again. */
function everythingStale(at: Date): LiveEvent[] {
  return LiveTopic.options.map((topic) => ({ id: "", topic, key: null, at: at.toISOString() }));
}
