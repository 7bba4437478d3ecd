import { afterEach, expect, test, vi } from "vitest";
import type { LiveEvent } from "@/lib/contracts/live-event";
import { openEventStream } from "./event-stream";
import { createLiveEvents, type LiveEvents } from "./events";
import { createLog } from "./log";
import { eachDatabase } from "./test-database";

const log = createLog("silent");
const now = () => new Date();

eachDatabase("live events", (database) => {
  const open: LiveEvents[] = [];
  const process = () => {
    const live = createLiveEvents(database().db, log, now);
    open.push(live);
    return live;
  };
  afterEach(async () => {
    for (const live of open.splice(0)) await live.close();
  });
  const heard = (live: LiveEvents) => {
    const events: LiveEvent[] = [];
    live.subscribe((event) => events.push(event));
    return events;
  };
  const words = (events: LiveEvent[]) => events.map(({ topic, key }) => `${topic} ${key}`);
  const until = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 20 });

  test("reach every browser of every process, once", async () => {
    const [one, other] = [process(), process()];
    const all = [heard(one), heard(one), heard(other)];
    await one.since(null);
    await other.since(null);
    one.publish("incident", "INC-1");
    one.publish("incident", "INC-1");
    one.publish("changes");
    await until(() => {
      for (const events of all) expect(words(events)).toEqual(["incident INC-1", "changes null"]);
    });
  });

  test("committed late, behind a higher id, are heard all the same", async () => {
    const live = process();
    const events = heard(live);
    await live.since(null);
    const row = (id: bigint) => ({ id, topic: "services", key: String(id), at: now() });
    await database().db.liveEvent.create({ data: row(12n) });
    await until(() => expect(words(events)).toEqual(["services 12"]));
    await database().db.liveEvent.create({ data: row(11n) });
    await until(() => expect(words(events)).toEqual(["services 12", "services 11"]));
  });

  test("missed ones are told again, or all is called stale", async () => {
    const live = process();
    const at = new Date(Date.now() - 600_000);
    const data = [5n, 6n, 7n].map((id) => ({ id, topic: "changes", key: String(id), at }));
    await database().db.liveEvent.createMany({ data });
    expect(words((await live.since("5")) ?? [])).toEqual(["changes 6", "changes 7"]);
    expect(await live.since("7")).toEqual([]);
    expect(await live.since(null)).toEqual([]);
    expect(await live.since("3"), "older than what is kept").toBeNull();
    expect(await live.since("99"), "of another database").toBeNull();
    expect(await live.since("x' OR 1=1"), "no id at all").toBeNull();
  });

  test("publishing never throws and never waits", async () => {
    const live = createLiveEvents(database().db, log, () => new Date("never"));
    expect(live.publish("changes")).toBeUndefined();
    await live.close();
    expect(live.publish("changes")).toBeUndefined();
  });

  async function stream(live: LiveEvents, options: { allowed?: () => boolean } = {}) {
    const leave = new AbortController();
    const response = await openEventStream({
      live,
      actorId: "user:ada",
      after: null,
      signal: leave.signal,
      now,
      isStillAllowed: async () => options.allowed?.() ?? true,
      reauthoriseMs: 50,
    });
    let text = "";
    let isEnded = false;
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const part of response.body ?? []) text += decoder.decode(part);
      isEnded = true;
    })();
    return { response, leave, reading, text: () => text, isEnded: () => isEnded };
  }

  test("a stream tells what happens, with ids, and no proxy may hold it back", async () => {
    const live = process();
    const { response, leave, text, reading } = await stream(live);
    expect(response.headers.get("x-accel-buffering")).toBe("no");
    expect(response.headers.get("cache-control")).toContain("no-transform");
    live.publish("restoration", "R-1");
    await until(() => expect(text()).toMatch(/^retry: \d+\n\nid: \d+\ndata: \{.*"R-1".*\}\n\n$/s));
    leave.abort();
    await reading;
  });

  test("a stream ends when the person may no longer look, and when the program stops", async () => {
    const live = process();
    let isAllowed = true;
    const first = await stream(live, { allowed: () => isAllowed });
    isAllowed = false;
    await until(() => expect(first.isEnded()).toBe(true));
    const second = await stream(live);
    expect(second.isEnded()).toBe(false);
    await live.close();
    await until(() => expect(second.isEnded()).toBe(true));
  });

  test("one person can't open streams without end", async () => {
    const live = process();
    const opened = await Promise.all(Array.from({ length: 20 }, () => stream(live)));
    await expect(stream(live)).rejects.toMatchObject({ status: 503, code: "too-many-streams" });
    for (const { leave } of opened) leave.abort();
    const again = await stream(live);
    again.leave.abort();
  });
});
