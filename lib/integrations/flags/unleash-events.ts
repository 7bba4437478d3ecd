import type { ObservedFlagEvent } from "../flag-source";
import type { HttpJson } from "../http-json";
import { SourceError } from "../source-error";
import { type FlagMoment, rewindFlag } from "./rewind-flag";
import { eachOf, type LiveFlag, rulesOf, type UnleashReader } from "./unleash-reader";
import { type WireEvent, WireEventPage, WireStrategy } from "./unleash-wire";

type Scope = { project: string; environment: string };

const PAGE = 200;
const AT_ONCE = 4;
/** How often to start over when flags change while we read them. */
const ROUNDS = 3;

/**
 * Every change of a flag since `since`, oldest first, with the whole state before and after. Unleash
 * filters by day only and tells neither side of an on or off, so all events since then are fetched
 * (newest first, until one is older) and undone from the live state; see `rewindFlag` for when a
 * side is null. An event of a segment counts once for each flag that used it then: its id gets the
 * flag's key appended.
 */
export async function unleashEvents(
  http: HttpJson,
  reader: UnleashReader,
  scope: Scope,
  since: Date,
): Promise<ObservedFlagEvent[]> {
  const day = `from=IS:${since.toISOString().slice(0, 10)}`;
  const ofProject = `project=IS:${encodeURIComponent(scope.project)}&${day}`;
  const ofSegments = `type=IS:segment-updated&${day}`;
  for (let round = 1; ; round += 1) {
    const [flagLog, segmentLog] = await Promise.all([
      eventsUntil(http, ofProject, since),
      eventsUntil(http, ofSegments, since),
    ]);
    // A project's own segments are told with the project's events, too.
    const events = newestFirst([...flagLog.events, ...segmentLog.events]).filter(
      ({ environment }) => !environment || environment === scope.environment,
    );
    const keys = new Set(events.flatMap(({ featureName }) => featureName ?? []));
    const hasSegments = segmentLog.events.length > 0;
    if (keys.size === 0 && !hasSegments) return [];
    const live = await momentsOf(reader, scope, keys, hasSegments);
    const [newestFlag, newestSegment] = await Promise.all([
      newestId(http, ofProject),
      newestId(http, ofSegments),
    ]);
    const isStill = newestFlag === flagLog.newest && newestSegment === segmentLog.newest;
    if (!isStill && round < ROUNDS) continue;
    if (!isStill) for (const key of live.keys()) live.set(key, null);
    const histories = await removedSegments(http, scope, events);
    return tellAll(scope, events, live, histories);
  }
}

function tellAll(
  scope: Scope,
  events: readonly WireEvent[],
  live: ReadonlyMap<string, FlagMoment | null>,
  histories: readonly WireEvent[],
): ObservedFlagEvent[] {
  const writes = newestFirst([...events, ...histories]).flatMap(({ id, data }) => {
    const strategy = WireStrategy.safeParse(data).data?.strategy;
    return strategy ? [{ id, strategy }] : [];
  });
  const segmentsOf = (strategyId: string, before: WireEvent) =>
    writes.find(({ id, strategy }) => id < before.id && strategy.id === strategyId)?.strategy
      .segments ?? null;
  const told = [...live].flatMap(([key, moment]) => {
    const its = events.filter(
      ({ featureName, type }) => featureName === key || type === "segment-updated",
    );
    return rewindFlag(moment, its, segmentsOf).map((one) => ({ key, ...one }));
  });
  return told
    .toSorted((a, b) => a.event.id - b.event.id)
    .map(({ key, event, action, before, after }) => ({
      ...scope,
      key,
      eventId: action === "segment" && !event.featureName ? `${event.id}/${key}` : String(event.id),
      at: new Date(event.createdAt).toISOString(),
      by: event.createdBy ?? null,
      action,
      before,
      after,
    }));
}

/** Where every flag in question stands now; null for one that can't be read any more. */
async function momentsOf(
  reader: UnleashReader,
  scope: Scope,
  keys: ReadonlySet<string>,
  withSegments: boolean,
): Promise<Map<string, FlagMoment | null>> {
  // A segment may belong to any flag, and rewinding needs the rules of segments used in the past.
  if (!withSegments) {
    const rules = rulesOf(await reader.segments());
    const found = await eachOf([...keys], AT_ONCE, async (key) => {
      const flag = await flagOrNull(reader, { ...scope, key });
      return [key, flag ? { ...flag.moment, segments: rules } : null] as const;
    });
    return new Map(found);
  }
  const [all, segments] = await Promise.all([reader.flags(scope), reader.segments()]);
  const rules = rulesOf(segments);
  const moments = new Map<string, FlagMoment | null>([...keys].map((key) => [key, null]));
  for (const { observed, moment } of all) moments.set(observed.key, { ...moment, segments: rules });
  return moments;
}

async function flagOrNull(
  reader: UnleashReader,
  ref: Scope & { key: string },
): Promise<LiveFlag | null> {
  try {
    const live = await reader.flag(ref);
    return live.observed.archived ? null : live;
  } catch (error) {
    if (error instanceof SourceError && error.code === "not-found") return null;
    throw error;
  }
}

/**
 * Older writes of strategies that were removed: the event of a removal leaves out the segments, and
 * restoring it without them would let in everybody.
 */
async function removedSegments(
  http: HttpJson,
  scope: Scope,
  events: readonly WireEvent[],
): Promise<WireEvent[]> {
  const keys = new Set(
    events.flatMap(({ type, featureName }) =>
      type === "feature-strategy-remove" && featureName ? [featureName] : [],
    ),
  );
  const types = "type=IS_ANY_OF:feature-strategy-add,feature-strategy-update";
  const histories = await eachOf([...keys], AT_ONCE, async (key) => {
    const query = `feature=IS:${encodeURIComponent(key)}&environment=IS:${encodeURIComponent(scope.environment)}&${types}`;
    return (await eventsUntil(http, query, new Date(0))).events;
  });
  return histories.flat();
}

/** All pages, newest first, up to the first event older than `since`; `newest` is the id of the first. */
async function eventsUntil(
  http: HttpJson,
  query: string,
  since: Date,
): Promise<{ events: WireEvent[]; newest: number | null }> {
  const found = new Map<number, WireEvent>();
  let newest: number | null = null;
  for (let offset = 0; ; offset += PAGE) {
    const { events } = await http.read(eventsPath(query, PAGE, offset), WireEventPage);
    newest ??= events[0]?.id ?? null;
    // Events that arrive meanwhile push others onto the next page: seen twice, never missed.
    for (const event of events) found.set(event.id, event);
    const oldest = events.at(-1);
    if (!oldest || events.length < PAGE || Date.parse(oldest.createdAt) < since.getTime()) break;
  }
  const recent = [...found.values()].filter(
    ({ createdAt }) => Date.parse(createdAt) >= since.getTime(),
  );
  return { events: recent, newest };
}

async function newestId(http: HttpJson, query: string): Promise<number | null> {
  const { events } = await http.read(eventsPath(query, 1, 0), WireEventPage);
  return events[0]?.id ?? null;
}

function eventsPath(query: string, limit: number, offset: number): string {
  return `/api/admin/search/events?${query}&limit=${limit}&offset=${offset}`;
}

/** By Unleash's own numbers, each event once. */
function newestFirst(events: readonly WireEvent[]): WireEvent[] {
  return [...new Map(events.map((event) => [event.id, event])).values()].toSorted(
    (a, b) => b.id - a.id,
  );
}
