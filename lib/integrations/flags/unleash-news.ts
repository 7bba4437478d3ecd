import type { FlagRef, ObservedFlag } from "../flag-source";
import type { HttpJson } from "../http-json";
import { SourceError } from "../source-error";
import { WireEventHeads } from "./unleash-wire";

/** Newest events asked for; when more happened since, the flag is read instead. */
const PAGE = 10;
/** How far back to ask: without a limit Unleash counts its whole log each time. */
const BACK_DAYS = 7;
const DAY_MS = 86_400_000;
/** Flags remembered. */
const REMEMBERED = 500;

/** How the event log of Unleash ended at a moment. */
export type LogMark = { from: string; ids: ReadonlySet<number> };

export type UnleashNews = {
  /** To be taken before a flag is read; null when there is nothing to hold later events against. */
  mark(): Promise<LogMark | null>;
  /** Remembers a flag that was read after `mark` was taken. */
  note(flag: ObservedFlag, mark: LogMark | null): void;
  /**
   * The flag as it was noted, if it was `seen` then and the log says that nothing has happened to it
   * since; else null. An answer is worth a fresh read at a third of its time.
   */
  unchanged(ref: FlagRef, seen: string): Promise<ObservedFlag | null>;
};

/**
 * Tells from Unleash's event log whether a flag is still as it was read. Each change and its event are
 * one transaction there. Ids are given before they are committed, so what counts as new is an id that
 * wasn't listed, not a higher one.
 */
export function unleashNews(http: HttpJson, now: () => Date): UnleashNews {
  const noted = new Map<string, { flag: ObservedFlag; mark: LogMark }>();

  async function newest(from: string) {
    const path = `/api/admin/search/events?from=IS:${from}&limit=${PAGE}`;
    return (await http.read(path, WireEventHeads)).events;
  }

  return {
    async mark() {
      const from = new Date(now().getTime() - BACK_DAYS * DAY_MS).toISOString().slice(0, 10);
      try {
        const ids = new Set((await newest(from)).map(({ id }) => id));
        return ids.size === 0 ? null : { from, ids };
      } catch (error) {
        if (error instanceof SourceError) return null;
        throw error;
      }
    },

    note(flag, mark) {
      const name = nameOf(flag);
      noted.delete(name);
      // Rules of segments change by events that not everybody is shown.
      const usesSegments = flag.state.strategies.some(({ segments }) => segments.length > 0);
      const isTold = !flag.archived && !usesSegments;
      if (!mark || !isTold) return;
      noted.set(name, { flag, mark });
      const [oldest] = noted.keys();
      if (noted.size > REMEMBERED && oldest !== undefined) noted.delete(oldest);
    },

    async unchanged(ref, seen) {
      const then = noted.get(nameOf(ref));
      if (then?.flag.fingerprint !== seen) return null;
      const { ids, from } = then.mark;
      try {
        const events = await newest(from);
        const fresh = events.filter(({ id }) => !ids.has(id));
        // None of the known ones left on the page: there may be more than it shows.
        if (fresh.length === events.length) return null;
        const isAnothers = fresh.every(({ featureName }) => featureName && featureName !== ref.key);
        return isAnothers ? then.flag : null;
      } catch (error) {
        // A log that can't be read says nothing; the flag may be.
        if (error instanceof SourceError) return null;
        throw error;
      }
    },
  };
}

function nameOf({ project, key, environment }: FlagRef): string {
  return JSON.stringify([project, key, environment]);
}
