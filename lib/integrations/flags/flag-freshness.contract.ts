import { beforeAll, expect, test } from "vitest";
import { type FlagsTarget, flagsAt, gradual, inCountry, variant } from "./flags.contract";

/** What every flag source must do: never say of a changed flag that it is as it was seen. */
export function flagFreshnessContract(start: () => FlagsTarget): void {
  let target: FlagsTarget;
  const flags = flagsAt(() => target);
  beforeAll(() => {
    target = start();
  });

  /** Looks at the flag as a page does, lets `change` happen, and asks as a press does. */
  async function pressedAfter(key: string, change: () => Promise<unknown>) {
    const ref = flags.ref(key);
    const { live } = await target.source.previewRetoggle(ref, { to: "off" });
    await change();
    const answer = await target.source.readSince(ref, live.fingerprint);
    const fresh = await flags.read(key);
    expect(answer).toEqual(fresh);
    return { isAsSeen: fresh.fingerprint === live.fingerprint };
  }

  test("a flag that nobody touched is as it was seen", async () => {
    const key = await flags.create(gradual(25));
    const other = await flags.create(gradual(25));
    expect(await pressedAfter(key, async () => undefined)).toEqual({ isAsSeen: true });
    const elsewhere = () => target.elsewhere.toggle(other, false);
    expect(await pressedAfter(key, elsewhere)).toEqual({ isAsSeen: true });
  });

  type Change = (key: string, strategyId: string) => Promise<unknown>;
  const changes: [string, Change][] = [
    ["turned off", (key) => target.elsewhere.toggle(key, false)],
    ["given a strategy", (key) => target.elsewhere.addStrategy(key, gradual(100))],
    ["let out further", (key, id) => target.elsewhere.updateStrategy(key, id, gradual(90))],
    ["robbed of its strategy", (key, id) => target.elsewhere.removeStrategy(key, id)],
    ["given variants", (key) => target.elsewhere.setVariants(key, [variant("red")])],
  ];
  test.each(changes)("a flag that was %s is read as it is now", async (_, change) => {
    const key = await flags.create(gradual(25));
    const id = (await flags.read(key)).state.strategies[0]?.id ?? "";
    expect(await pressedAfter(key, () => change(key, id))).toEqual({ isAsSeen: false });
  });

  test("turned off and on again, it is as it was seen", async () => {
    const key = await flags.create(gradual(25));
    const thereAndBack = async () => {
      await target.elsewhere.toggle(key, false);
      await target.elsewhere.toggle(key, true);
    };
    expect(await pressedAfter(key, thereAndBack)).toEqual({ isAsSeen: true });
  });

  test("a flag whose segment got other rules is read as it is now", async () => {
    const segment = await target.elsewhere.createSegment([inCountry("NL")]);
    const key = await flags.create(gradual(50, { segments: [segment] }));
    const widened = () => target.elsewhere.setSegment(segment, [inCountry("NL", "DE")]);
    expect(await pressedAfter(key, widened)).toEqual({ isAsSeen: false });
  });

  test("recalls what it showed, by its fingerprint, and nothing else", async () => {
    const key = await flags.create(gradual(25));
    const { live } = await target.source.previewRetoggle(flags.ref(key), { to: "off" });
    await target.elsewhere.toggle(key, false);
    expect(target.source.recall(live.fingerprint)).toEqual(live.state);
    expect(target.source.recall("another")).toBeNull();
  });

  test("what was never looked at, or in another state, is read", async () => {
    const key = await flags.create(gradual(25));
    const fresh = await flags.read(key);
    expect(await target.source.readSince(flags.ref(key), "")).toEqual(fresh);
    await target.source.previewRetoggle(flags.ref(key), { to: "off" });
    expect(await target.source.readSince(flags.ref(key), "another")).toEqual(fresh);
  });

  test("a flag that is gone is not found, however it was seen", async () => {
    const gone = flags.ref("never-made");
    await expect(target.source.readSince(gone, "")).rejects.toMatchObject({ code: "not-found" });
  });
}
