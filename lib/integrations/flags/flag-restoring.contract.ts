import { beforeAll, expect, test } from "vitest";
import { rolloutPercent } from "@/lib/rules/flag-words";
import { type FlagsTarget, flagsAt, gradual, inCountry, variant } from "./flags.contract";

/** What every flag source must do: bring an earlier state back, and tell what happened. */
export function flagRestoringContract(start: () => FlagsTarget): void {
  let target: FlagsTarget;
  const flags = flagsAt(() => target);
  beforeAll(() => {
    target = start();
  });

  /** The state the last change of the flag started from, as the product's own log tells it. */
  async function toldBefore(key: string, since: Date) {
    const events = (await target.source.eventsSince(target, since)).filter(
      (event) => event.key === key,
    );
    const last = events.at(-1);
    if (!last?.before) throw new Error(`no exact before for ${key}`);
    expect(last.after).toEqual((await flags.read(key)).state);
    return { last, before: last.before };
  }
  const anHourAgo = () => new Date(Date.now() - 3_600_000);

  test("a rollout from 25 to 100 % goes back to 25", async () => {
    const key = await flags.create(gradual(25));
    const was = await flags.read(key);
    await target.elsewhere.updateStrategy(key, was.state.strategies[0]?.id ?? "", gradual(100));
    const { last, before } = await toldBefore(key, anHourAgo());
    expect(last.action).toBe("strategy");
    expect(before).toEqual(was.state);
    const live = await flags.restore(key, before);
    expect(rolloutPercent(live.state)).toBe(25);
    expect(live.fingerprint).toBe(was.fingerprint);
  });

  test("a changed constraint comes back", async () => {
    const key = await flags.create(gradual(50, { constraints: [inCountry("NL", "DE")] }));
    const was = await flags.read(key);
    const id = was.state.strategies[0]?.id ?? "";
    await target.elsewhere.updateStrategy(key, id, gradual(50, { constraints: [] }));
    const { before } = await toldBefore(key, anHourAgo());
    expect((await flags.restore(key, before)).fingerprint).toBe(was.fingerprint);
  });

  test("a removed strategy comes back with its segments, under another id", async () => {
    const segment = await target.elsewhere.createSegment([inCountry("NL")]);
    const key = await flags.create(gradual(10), gradual(70, { segments: [segment] }));
    const was = await flags.read(key);
    await target.elsewhere.removeStrategy(key, was.state.strategies[1]?.id ?? "");
    const { before } = await toldBefore(key, anHourAgo());
    expect(before).toEqual(was.state);
    expect((await flags.restore(key, before)).fingerprint).toBe(was.fingerprint);
  });

  test("the last strategy, whose removal turned the flag off, comes back with it", async () => {
    const key = await flags.create(gradual(30));
    const was = await flags.read(key);
    await target.elsewhere.removeStrategy(key, was.state.strategies[0]?.id ?? "");
    expect((await flags.read(key)).state.enabled).toBe(false);
    expect((await flags.restore(key, was.state)).fingerprint).toBe(was.fingerprint);
  });

  test("an added strategy goes away without the flag going off in between", async () => {
    const since = anHourAgo();
    const key = await flags.create(gradual(10));
    const was = await flags.read(key);
    await target.elsewhere.addStrategy(key, gradual(100));
    const { before } = await toldBefore(key, since);
    expect((await flags.restore(key, before)).fingerprint).toBe(was.fingerprint);
    const events = await target.source.eventsSince(target, since);
    expect(events.filter((event) => event.key === key && event.action === "off")).toEqual([]);
  });

  test("a strategy's variants come back", async () => {
    const key = await flags.create(gradual(100, { variants: [variant("blue")] }));
    const was = await flags.read(key);
    const id = was.state.strategies[0]?.id ?? "";
    await target.elsewhere.updateStrategy(key, id, gradual(100, { variants: [variant("red")] }));
    const { last, before } = await toldBefore(key, anHourAgo());
    expect(last.action).toBe("variants");
    expect((await flags.restore(key, before)).fingerprint).toBe(was.fingerprint);
  });

  test("an environment's own variants come back", async () => {
    const key = await flags.create(gradual(100));
    await target.elsewhere.setVariants(key, [variant("blue")]);
    const was = await flags.read(key);
    await target.elsewhere.setVariants(key, [variant("red")]);
    const { last, before } = await toldBefore(key, anHourAgo());
    expect(last.action).toBe("variants");
    expect(before).toEqual(was.state);
    expect((await flags.restore(key, before)).fingerprint).toBe(was.fingerprint);
  });

  test("a strategy that lost its segment gets it back", async () => {
    const segment = await target.elsewhere.createSegment([inCountry("NL")]);
    const key = await flags.create(gradual(100, { segments: [segment] }));
    const was = await flags.read(key);
    const id = was.state.strategies[0]?.id ?? "";
    await target.elsewhere.updateStrategy(key, id, gradual(100, { segments: [] }));
    const { last, before } = await toldBefore(key, anHourAgo());
    expect(last.action).toBe("segment");
    expect((await flags.restore(key, before)).fingerprint).toBe(was.fingerprint);
  });

  test("the rules of a segment come back, told for each flag that uses it", async () => {
    const segment = await target.elsewhere.createSegment([inCountry("NL")]);
    const key = await flags.create(gradual(100, { segments: [segment] }));
    const other = await flags.create(gradual(50, { segments: [segment] }));
    const was = await flags.read(key);
    await target.elsewhere.setSegment(segment, [inCountry("NL", "DE", "FR")]);
    const { last, before } = await toldBefore(key, anHourAgo());
    expect(last.action).toBe("segment");
    expect((await toldBefore(other, anHourAgo())).last.eventId).not.toBe(last.eventId);
    const plan = { to: "state" as const, state: before };
    const preview = await target.source.previewRetoggle(flags.ref(key), plan);
    expect(preview.warnings).toContainEqual(expect.objectContaining({ code: "shared-segment" }));
    expect((await flags.restore(key, before)).fingerprint).toBe(was.fingerprint);
  });

  test("a state that was off goes off first and gets its strategies back", async () => {
    const key = await flags.create(gradual(25));
    await target.elsewhere.toggle(key, false);
    const was = await flags.read(key);
    await target.elsewhere.updateStrategy(key, was.state.strategies[0]?.id ?? "", gradual(90));
    await target.elsewhere.toggle(key, true);
    const since = new Date(Date.now() - 1);
    expect((await flags.restore(key, was.state)).fingerprint).toBe(was.fingerprint);
    const ours = (await target.source.eventsSince(target, since)).filter(
      (event) => event.key === key && event.action !== "on",
    );
    expect(ours.at(-2)?.action).toBe("off");
    expect(ours.at(-1)?.action).toBe("strategy");
  });

  test("tells a flag's life in order, each after being the next before", async () => {
    const since = anHourAgo();
    const key = await flags.create(gradual(25));
    const id = (await flags.read(key)).state.strategies[0]?.id ?? "";
    await target.elsewhere.updateStrategy(key, id, gradual(50));
    await target.elsewhere.toggle(key, false);
    const events = (await target.source.eventsSince(target, since)).filter(
      (event) => event.key === key,
    );
    expect(events.map(({ action }) => action)).toEqual([
      "created",
      "strategy",
      "on",
      "strategy",
      "off",
    ]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
    for (const [index, event] of events.entries()) {
      expect(event.before).toEqual(index === 0 ? null : events[index - 1]?.after);
      expect(event.by).toMatch(/\w/);
      expect(Date.parse(event.at)).toBeGreaterThan(since.getTime());
    }
    expect(events.at(-1)?.after).toEqual((await flags.read(key)).state);
  });

  test("tells only what happened since", async () => {
    const key = await flags.create(gradual(25));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const since = new Date();
    await target.elsewhere.toggle(key, false);
    const events = await target.source.eventsSince(target, since);
    expect(events.filter((event) => event.key === key).map(({ action }) => action)).toEqual([
      "off",
    ]);
    const later = await target.source.eventsSince(target, new Date(Date.now() + 60_000));
    expect(later).toEqual([]);
  });
}
