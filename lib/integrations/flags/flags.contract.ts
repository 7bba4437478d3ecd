import { beforeAll, expect, test } from "vitest";
import type { FlagState, FlagStrategy } from "@/lib/contracts/flag-state";
import type { FlagRef, FlagSource, ObservedFlag, RetogglePlan } from "../flag-source";

export type NewStrategy = Partial<Omit<FlagStrategy, "id">> & { name: string };

/** A flag product to hold the contract against, with an empty project. */
export type FlagsTarget = {
  project: string;
  environment: string;
  /** May do everything. */
  source: FlagSource;
  /** May only look. */
  readOnly: FlagSource;
  /** May change flags, but not in `environment`, where changes need a change request. */
  guarded: FlagSource;
  /** What people do in the product itself, past our adapter. */
  elsewhere: {
    createFlag(key: string): Promise<void>;
    toggle(key: string, on: boolean): Promise<void>;
    /** Answers the strategy's id. */
    addStrategy(key: string, strategy: NewStrategy): Promise<string>;
    updateStrategy(key: string, id: string, strategy: NewStrategy): Promise<void>;
    removeStrategy(key: string, id: string): Promise<void>;
    setVariants(key: string, variants: FlagState["variants"]): Promise<void>;
    /** Answers the segment's id. */
    createSegment(constraints: Record<string, unknown>[]): Promise<number>;
    setSegment(id: number, constraints: Record<string, unknown>[]): Promise<void>;
  };
};

export const gradual = (rollout: number, more: Partial<NewStrategy> = {}): NewStrategy => ({
  name: "flexibleRollout",
  parameters: { rollout: String(rollout), stickiness: "default", groupId: "contract" },
  ...more,
});
export const inCountry = (...values: string[]) => ({
  contextName: "country",
  operator: "IN",
  values,
});
export const variant = (name: string) => ({
  name,
  weight: 1_000,
  weightType: "variable",
  stickiness: "default",
});

/** Flags with names of their own, and the acts that most tests are made of. */
export function flagsAt(target: () => FlagsTarget) {
  let count = 0;
  const ref = (key: string): FlagRef => {
    const { project, environment } = target();
    return { project, key, environment };
  };
  const read = (key: string) => target().source.read(ref(key));
  return {
    ref,
    read,
    /** A new flag with these strategies, turned on if there are any. */
    async create(...strategies: NewStrategy[]): Promise<string> {
      const { elsewhere } = target();
      count += 1;
      const key = `contract.${process.pid}.${Date.now()}.${count}`;
      await elsewhere.createFlag(key);
      for (const strategy of strategies) await elsewhere.addStrategy(key, strategy);
      if (strategies.length > 0) await elsewhere.toggle(key, true);
      return key;
    },
    /** A press right after looking. */
    async press(key: string, plan: RetogglePlan, source = target().source) {
      const { fingerprint } = await read(key);
      return source.retoggle({ ...ref(key), plan, seen: fingerprint, restorationId: "R-1" });
    },
    /** Brings a state about and demands that a read then shows exactly the answer's state. */
    async restore(key: string, state: FlagState): Promise<ObservedFlag> {
      const seen = (await read(key)).fingerprint;
      const plan = { to: "state" as const, state };
      const answer = await target().source.retoggle({
        ...ref(key),
        plan,
        seen,
        restorationId: "R-1",
      });
      expect(answer).toMatchObject({ outcome: "accepted" });
      const live = await read(key);
      if (answer.outcome === "accepted") {
        expect(live.fingerprint).toBe(answer.flag.fingerprint);
        expect(answer.before.fingerprint).toBe(seen);
      }
      return live;
    },
  };
}

/** What every flag source must do: looking, and on and off. */
export function flagsContract(start: () => FlagsTarget): void {
  let target: FlagsTarget;
  const flags = flagsAt(() => target);
  beforeAll(() => {
    target = start();
  });

  test("says which version it talks to", async () => {
    expect((await target.source.check()).version).toMatch(/\w/);
  });

  test("lists every flag of the project as reading it shows it", async () => {
    const keys = [await flags.create(), await flags.create(gradual(25))];
    const list = await target.source.list(target);
    for (const key of keys) {
      expect(list.find((flag) => flag.key === key)).toEqual(await flags.read(key));
    }
  });

  test("reads on and off, percentages, constraints, segments and variants", async () => {
    const segment = await target.elsewhere.createSegment([inCountry("NL")]);
    const key = await flags.create(
      gradual(25, { constraints: [inCountry("DE")] }),
      gradual(40, { segments: [segment], variants: [variant("blue")] }),
    );
    const { state, archived } = await flags.read(key);
    expect(archived).toBe(false);
    expect(state.enabled).toBe(true);
    expect(state.strategies.map(({ parameters }) => parameters.rollout)).toEqual(["25", "40"]);
    expect(state.strategies[0]?.constraints).toEqual([expect.objectContaining(inCountry("DE"))]);
    expect(state.strategies[1]).toMatchObject({ segments: [segment], variants: [variant("blue")] });
    expect(state.segments).toMatchObject([{ id: segment, constraints: [inCountry("NL")] }]);
  });

  test("says not-found for a flag and for an environment there is none of", async () => {
    const key = await flags.create();
    const nowhere = { ...flags.ref(key), environment: "nowhere" };
    await expect(flags.read("no.such.flag")).rejects.toMatchObject({ code: "not-found" });
    await expect(target.source.read(nowhere)).rejects.toMatchObject({ code: "not-found" });
  });

  test("turns off, keeping the strategies, and on again", async () => {
    const key = await flags.create(gradual(25));
    const before = await flags.read(key);
    expect(await flags.press(key, { to: "off" })).toMatchObject({ outcome: "accepted", before });
    const off = await flags.read(key);
    expect(off.state).toEqual({ ...before.state, enabled: false });
    expect(await flags.press(key, { to: "on" })).toMatchObject({ outcome: "accepted" });
    expect((await flags.read(key)).fingerprint).toBe(before.fingerprint);
  });

  test("says beforehand which strategy turning on would create, and is right", async () => {
    const key = await flags.create();
    const preview = await target.source.previewRetoggle(flags.ref(key), { to: "on" });
    expect(preview.warnings).toMatchObject([{ code: "default-strategy", unsafe: true }]);
    expect(preview.after.strategies).toHaveLength(1);
    const answer = await flags.press(key, { to: "on" });
    expect(answer).toMatchObject({ outcome: "accepted" });
    const live = await flags.read(key);
    expect(live.state.strategies).toHaveLength(1);
    expect(answer).toHaveProperty("flag.fingerprint", live.fingerprint);
  });

  test("says so when there is nothing to do", async () => {
    const key = await flags.create(gradual(25));
    const preview = await target.source.previewRetoggle(flags.ref(key), { to: "on" });
    expect(preview.blockers).toMatchObject([{ code: "unchanged" }]);
    expect(await flags.press(key, { to: "on" })).toMatchObject({ outcome: "unchanged" });
    const { state } = await flags.read(key);
    expect(await flags.press(key, { to: "state", state })).toMatchObject({ outcome: "unchanged" });
  });

  test("does nothing when the flag changed since it was shown, and says how", async () => {
    const key = await flags.create(gradual(25));
    const { fingerprint, state } = await flags.read(key);
    const [{ id } = { id: "" }] = state.strategies;
    await target.elsewhere.updateStrategy(key, id, gradual(80));
    const plan = { to: "off" as const };
    const press = { ...flags.ref(key), plan, seen: fingerprint, restorationId: "R-1" };
    const answer = await target.source.retoggle(press);
    expect(answer).toMatchObject({ outcome: "changed" });
    expect(answer).toHaveProperty("because", expect.stringMatching(/25\s%.*80\s%/));
    expect((await flags.read(key)).state.enabled).toBe(true);
  });

  test("acts on a read begun after the press when it is given one", async () => {
    const key = await flags.create(gradual(25));
    const live = await flags.read(key);
    const press = { ...flags.ref(key), plan: { to: "off" as const }, restorationId: "R-1", live };
    const stale = await target.source.retoggle({ ...press, seen: "something else" });
    expect(stale).toMatchObject({ outcome: "changed" });
    const answer = await target.source.retoggle({ ...press, seen: live.fingerprint });
    expect(answer).toMatchObject({ outcome: "accepted", before: live });
    expect((await flags.read(key)).state.enabled).toBe(false);
  });

  test("twenty presses at once leave one event", async () => {
    const since = new Date(Date.now() - 60_000);
    const key = await flags.create(gradual(25));
    const { fingerprint: seen } = await flags.read(key);
    const press = { ...flags.ref(key), plan: { to: "off" as const }, seen, restorationId: "R-1" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => target.source.retoggle(press)),
    );
    const outcomes = new Set(answers.map(({ outcome }) => outcome));
    outcomes.delete("unchanged");
    expect([...outcomes]).toEqual(["accepted"]);
    const events = await target.source.eventsSince(target, since);
    expect(events.filter((event) => event.key === key && event.action === "off")).toHaveLength(1);
  });

  test("names the missing permission before and at the press", async () => {
    const key = await flags.create(gradual(25));
    const { blockers } = await target.readOnly.previewRetoggle(flags.ref(key), { to: "off" });
    expect(blockers).toMatchObject([{ code: "no-permission" }]);
    const answer = await flags.press(key, { to: "off" }, target.readOnly);
    expect(answer).toMatchObject({ outcome: "refused", blocker: { code: "no-permission" } });
    expect((await flags.read(key)).state.enabled).toBe(true);
  });

  test("names the change request before and at the press", async () => {
    const key = await flags.create(gradual(25));
    const { blockers } = await target.guarded.previewRetoggle(flags.ref(key), { to: "off" });
    expect(blockers).toMatchObject([{ code: "change-request" }]);
    const answer = await flags.press(key, { to: "off" }, target.guarded);
    expect(answer).toMatchObject({ outcome: "refused", blocker: { code: "change-request" } });
    expect((await flags.read(key)).state.enabled).toBe(true);
  });

  test("a preview leaves no trace", async () => {
    const key = await flags.create(gradual(25));
    const before = await target.source.eventsSince(target, new Date(Date.now() - 3_600_000));
    const { blockers } = await target.source.previewRetoggle(flags.ref(key), { to: "off" });
    expect(blockers).toEqual([]);
    const after = await target.source.eventsSince(target, new Date(Date.now() - 3_600_000));
    expect(after).toEqual(before);
  });
}
