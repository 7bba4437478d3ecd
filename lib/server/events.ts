import "server-only";
import type { LiveEvent } from "@/lib/contracts/live-event";
import { LiveTopic } from "@/lib/contracts/live-event";
import type { Database } from "./db";
import type { Log } from "./log";

const POLL_MS = 500;
const FLUSH_MS = 50;
/** Ids are given before commit, so a lower one may appear after a higher one: look back this far. */
const OVERLAP = 500n;
const KEEP_MS = 3_600_000;
const SWEEP_MS = 300_000;
const BATCH = 1_000;
/** A page that was just rendered may have missed what was told since. */
const LATELY_MS = 30_000;

type Listener = (event: LiveEvent) => void;

/** Hints for open browsers, through the database, so that any process reaches any browser. */
export type LiveEvents = {
  /** Returns at once and never throws. Equal hints of one moment become one. */
  publish(topic: LiveTopic, key?: string): void;
  /** Calls back for every event from now on. Returns a function that ends it. */
  subscribe(listener: Listener): () => void;
  /**
   * What was told after `id`, or of late when a browser comes for the first time (null). Answers
   * null when that is longer ago than is kept, so that everything has to be read again.
   */
  since(id: string | null): Promise<LiveEvent[] | null>;
  /** Calls back when the program stops. Returns a function that ends it. */
  onClose(listener: () => void): () => void;
  close(): Promise<void>;
};

export function createLiveEvents(db: Database, log: Log, now: () => Date): LiveEvents {
  const listeners = new Set<Listener>();
  const closers = new Set<() => void>();
  const waiting = new Map<string, { topic: LiveTopic; key: string | null }>();
  let seen = new Set<bigint>();
  let highest: bigint | null = null;
  let flushTimer: ReturnType<typeof setTimeout> | null = null;
  let turn: Promise<void> = Promise.resolve();
  let isClosed = false;

  async function flush(): Promise<void> {
    flushTimer = null;
    const rows = [...waiting.values()];
    waiting.clear();
    try {
      await db.liveEvent.createMany({ data: rows.map((row) => ({ ...row, at: now() })) });
    } catch (error) {
      // A hint that is lost costs freshness, not truth.
      log.warn({ error, hints: rows.length }, "live events could not be published");
    }
    await poll();
  }

  /** One reader for all browsers of this process; nobody connected means nothing to read. */
  async function poll(): Promise<void> {
    if (isClosed || listeners.size === 0) return;
    try {
      if (highest === null) {
        const last = await db.liveEvent.findFirst({ orderBy: { id: "desc" } });
        highest = last?.id ?? 0n;
        const recent = await read(highest - OVERLAP);
        seen = new Set(recent.map((row) => row.id));
        return;
      }
      const fresh = (await read(highest - OVERLAP)).filter((row) => !seen.has(row.id));
      for (const row of fresh) {
        seen.add(row.id);
        if (row.id > highest) highest = row.id;
        const event = eventOf(row);
        if (event) for (const listener of listeners) listener(event);
      }
      const floor = highest - OVERLAP;
      if (fresh.length > 0) seen = new Set([...seen].filter((id) => id > floor));
    } catch (error) {
      log.warn({ error }, "live events could not be read");
    }
  }

  const read = (after: bigint) =>
    db.liveEvent.findMany({
      where: { id: { gt: after } },
      orderBy: { id: "asc" },
      take: Number(OVERLAP) + BATCH,
    });

  async function sweep(): Promise<void> {
    const before = new Date(now().getTime() - KEEP_MS);
    try {
      await db.liveEvent.deleteMany({ where: { at: { lt: before } } });
    } catch (error) {
      log.warn({ error }, "old live events could not be deleted");
    }
  }

  const pollTimer = setInterval(() => {
    turn = turn.then(poll);
  }, POLL_MS);
  const sweepTimer = setInterval(sweep, SWEEP_MS);
  pollTimer.unref();
  sweepTimer.unref();

  return {
    publish(topic, key) {
      if (isClosed) return;
      waiting.set(`${topic} ${key ?? ""}`, { topic, key: key ?? null });
      flushTimer ??= setTimeout(() => {
        turn = turn.then(flush);
      }, FLUSH_MS);
    },
    subscribe(listener) {
      if (listeners.size === 0) highest = null;
      listeners.add(listener);
      turn = turn.then(poll);
      return () => listeners.delete(listener);
    },
    async since(id) {
      // After the turn in which a subscriber joined, nothing lies between the two readings.
      await turn;
      if (id !== null && !/^\d{1,18}$/.test(id)) return null;
      const after = id === null ? null : BigInt(id);
      if (after !== null) {
        const ends = await db.liveEvent.aggregate({ _min: { id: true }, _max: { id: true } });
        const isForgotten = (ends._min.id ?? 0n) > after + 1n || (ends._max.id ?? 0n) < after;
        if (isForgotten) return null;
      }
      // A few before it again: one may have been committed late. Reading twice does no harm.
      const rows = await db.liveEvent.findMany({
        where:
          after === null
            ? { at: { gt: lately() } }
            : { OR: [{ id: { gt: after } }, { id: { gt: after - 50n }, at: { gt: lately() } }] },
        orderBy: { id: "asc" },
        take: BATCH + 1,
      });
      return rows.length > BATCH ? null : rows.flatMap((row) => eventOf(row) ?? []);
    },
    onClose(listener) {
      closers.add(listener);
      return () => closers.delete(listener);
    },
    async close() {
      isClosed = true;
      for (const closer of closers) closer();
      clearInterval(pollTimer);
      clearInterval(sweepTimer);
      if (flushTimer) clearTimeout(flushTimer);
      await turn;
      if (waiting.size > 0) await flush();
    },
  };

  function lately(): Date {
    return new Date(now().getTime() - LATELY_MS);
  }
}

function eventOf(row: {
  id: bigint;
  topic: string;
  key: string | null;
  at: Date;
}): LiveEvent | null {
  // A newer program beside this one may tell of things that this one doesn't know.
  const topic = LiveTopic.safeParse(row.topic);
  if (!topic.success) return null;
  return { id: String(row.id), topic: topic.data, key: row.key, at: row.at.toISOString() };
}
