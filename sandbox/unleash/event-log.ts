import { describeEvent } from "./event-words.ts";
import type { Actor, Segment, Strategy, Variant } from "./flag-model.ts";
import { refusal, schemaViolation } from "./unleash-problem.ts";

export type FlagEventType =
  | "feature-created"
  | "feature-environment-enabled"
  | "feature-environment-disabled"
  | "feature-environment-variants-updated"
  | "feature-strategy-add"
  | "feature-strategy-update"
  | "feature-strategy-remove"
  | "segment-updated";

/** What `feature-created` tells about the flag. */
export type NewFlag = {
  name: string;
  description: string | null;
  type: string;
  project: string;
  stale: boolean;
  createdAt: string;
  impressionData: boolean;
  archived: boolean;
};

export type EventData = Strategy | Segment | { variants: Variant[] } | NewFlag | null;

export type FlagEvent = {
  id: number;
  type: FlagEventType;
  createdBy: string;
  createdAt: string;
  createdByUserId: number;
  data: EventData;
  preData: EventData;
  tags: never[];
  featureName: string | null;
  project: string | null;
  environment: string | null;
  groupType?: "transaction";
  groupId?: string;
};

export type NewEvent = {
  type: FlagEventType;
  /** Milliseconds since 1970. */
  at: number;
  by: Actor;
  project: string | null;
  featureName: string | null;
  environment: string | null;
  data?: EventData;
  preData?: EventData;
  /** Events of one request share it. */
  groupId?: string;
};

const LIST_PATTERN = /^(IS|IS_ANY_OF):(.*?)(,([a-zA-Z0-9_]+))*$/;
const DAY_PATTERN = /^(IS):\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** The values of `IS:a` or `IS_ANY_OF:a,b`; null when the parameter is absent. 400 otherwise. */
function listOf(query: URLSearchParams, name: string, pattern = LIST_PATTERN): string[] | null {
  const text = query.get(name);
  if (text === null) return null;
  if (!pattern.test(text)) {
    throw schemaViolation(
      `/query/${name}`,
      `The \`/query/${name}\` property must match pattern "${pattern.source}". You sent ${JSON.stringify(text)}.`,
    );
  }
  return text
    .slice(text.indexOf(":") + 1)
    .split(",")
    .map((value) => value.trim());
}

function dayOf(query: URLSearchParams, name: string): number | null {
  const day = listOf(query, name, DAY_PATTERN)?.[0];
  return day === undefined ? null : Date.parse(`${day}T00:00:00Z`);
}

/** Everything that ever happened to flags and segments, with the real server's search. */
export class EventLog {
  #events: FlagEvent[] = [];
  #nextId = 1;

  /** Events must be added in the order they happened: ids grow with time, as on the real server. */
  add(event: NewEvent): FlagEvent {
    const stored: FlagEvent = {
      id: this.#nextId++,
      type: event.type,
      createdBy: event.by.username,
      createdAt: new Date(event.at).toISOString(),
      createdByUserId: event.by.id,
      data: event.data ?? null,
      preData: event.preData ?? null,
      tags: [],
      featureName: event.featureName,
      project: event.project,
      environment: event.environment,
      ...(event.groupId ? { groupType: "transaction" as const, groupId: event.groupId } : {}),
    };
    this.#events.push(stored);
    return stored;
  }

  /** Newest first, by time and then by id. */
  newestFirst(): FlagEvent[] {
    return this.#events.toSorted(
      (a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || b.id - a.id,
    );
  }

  /**
   * GET /api/admin/search/events. `from` and `to` are whole days (both included, UTC); `limit`
   * outside 1..1000 falls back to 50; `total` counts all matches.
   */
  search(query: URLSearchParams, base: string) {
    const fields: [string[] | null, (event: FlagEvent) => string | null][] = [
      [listOf(query, "feature"), (event) => event.featureName],
      [listOf(query, "project"), (event) => event.project],
      [listOf(query, "environment"), (event) => event.environment],
      [listOf(query, "type"), (event) => event.type],
      [listOf(query, "id"), (event) => String(event.id)],
      [listOf(query, "groupId"), (event) => event.groupId ?? null],
      [listOf(query, "createdBy"), (event) => String(event.createdByUserId)],
    ];
    const strangeActor = listOf(query, "createdBy")?.find((value) => !/^-?\d+$/.test(value));
    if (strangeActor !== undefined) {
      throw refusal(
        500,
        "UnknownError",
        `invalid input syntax for type integer: "${strangeActor}"`,
      );
    }
    const from = dayOf(query, "from");
    const to = dayOf(query, "to");
    const words = query.get("query")?.toLowerCase();
    const matches = this.newestFirst().filter((event) => {
      const at = Date.parse(event.createdAt);
      if (from !== null && at < from) return false;
      if (to !== null && at >= to + DAY_MS) return false;
      if (words && !JSON.stringify([event.data, event.preData]).toLowerCase().includes(words)) {
        return false;
      }
      return fields.every(
        ([wanted, read]) => wanted === null || wanted.includes(read(event) ?? ""),
      );
    });
    const asked = Number(query.get("limit"));
    const limit = asked > 0 && asked <= 1_000 ? asked : 50;
    const offset = Math.max(0, Number(query.get("offset")) || 0);
    return {
      events: matches
        .slice(offset, offset + limit)
        .map((event) => ({ ...event, ...describeEvent(event, base) })),
      total: matches.length,
    };
  }
}
