import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { type RealUnleash, startRealUnleash } from "../../../e2e/real-parts/start-real-unleash.ts";
import { startUnleash, type UnleashSandbox } from "../../../sandbox/unleash/start-unleash.ts";
import { flagFreshnessContract } from "./flag-freshness.contract";
import { flagRestoringContract } from "./flag-restoring.contract";
import { type FlagsTarget, flagsContract } from "./flags.contract";
import { unleash } from "./unleash";

const GUARDED = { project: "default", environment: "production" };

/** The product's own doors for people: the same requests its pages send. */
type Doors = {
  url: string;
  admin: string;
  editor: string;
  reader: string;
  createFlag(key: string): Promise<void>;
  createSegment(constraints: Record<string, unknown>[]): Promise<number>;
};

function connect(url: string, token: string) {
  const settings = unleash.settings.parse({ url, token });
  const log = { warn: () => {} };
  return unleash.connect(settings, { name: "flags", now: () => new Date(), log });
}

async function ask(
  doors: Pick<Doors, "url" | "admin">,
  method: string,
  path: string,
  body?: unknown,
) {
  const response = await fetch(`${doors.url}/api/admin${path}`, {
    method,
    headers: { authorization: doors.admin, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return z
    .looseObject({ id: z.union([z.string(), z.number()]).optional() })
    .parse(text === "" ? {} : JSON.parse(text));
}

function targetOf(doors: Doors): FlagsTarget {
  const place = (key: string) => `/projects/default/features/${key}/environments/production`;
  const act = (method: string, path: string, body?: unknown) => ask(doors, method, path, body);
  return {
    ...GUARDED,
    source: connect(doors.url, doors.admin),
    readOnly: connect(doors.url, doors.reader),
    guarded: connect(doors.url, doors.editor),
    elsewhere: {
      createFlag: doors.createFlag,
      createSegment: doors.createSegment,
      async toggle(key, on) {
        await act("POST", `${place(key)}/${on ? "on" : "off"}`);
      },
      async addStrategy(key, strategy) {
        return String((await act("POST", `${place(key)}/strategies`, strategy)).id);
      },
      async updateStrategy(key, id, strategy) {
        await act("PUT", `${place(key)}/strategies/${id}`, strategy);
      },
      async removeStrategy(key, id) {
        await act("DELETE", `${place(key)}/strategies/${id}`);
      },
      async setVariants(key, variants) {
        await act("PUT", `${place(key)}/variants`, variants);
      },
      async setSegment(id, constraints) {
        await act("PUT", `/segments/${id}`, { name: `segment-${id}`, constraints });
      },
    },
  };
}

describe("the sandbox", () => {
  let sandbox: UnleashSandbox;
  let target: FlagsTarget;
  beforeAll(async () => {
    const admin = "*:*.contract";
    sandbox = await startUnleash({
      tokens: {
        [admin]: { username: "known-good", permissions: "admin" },
        "user:ada": { username: "ada", permissions: "editor" },
        "user:vera": { username: "vera", permissions: "read" },
      },
      changeRequests: [GUARDED],
      legacyVariants: true,
    });
    const world = { project: "default", environments: ["development", "production"] };
    sandbox.seed({ ...world, flags: [] });
    let segments = 0;
    target = targetOf({
      url: sandbox.url,
      admin,
      editor: "user:ada",
      reader: "user:vera",
      async createFlag(key) {
        sandbox.seed({ ...world, flags: [{ name: key, createdAt: Date.now(), environments: {} }] });
      },
      async createSegment(constraints) {
        segments += 1;
        const rules = z
          .array(
            z.object({
              contextName: z.string(),
              operator: z.string(),
              values: z.array(z.string()),
            }),
          )
          .parse(constraints);
        const segment = { id: segments, name: `segment-${segments}`, constraints: rules };
        sandbox.seed({ ...world, flags: [], segments: [segment] });
        return segments;
      },
    });
  });
  afterAll(() => sandbox.stop());
  flagsContract(() => target);
  flagFreshnessContract(() => target);
  flagRestoringContract(() => target);
});

const real = await startRealUnleash({
  people: [
    { username: "ada", role: "EDITOR" },
    { username: "vera", role: "VIEWER" },
  ],
  changeRequests: [GUARDED],
  legacyVariants: true,
});
const absence = real.reason === null ? "" : `; not here: ${real.reason}`;

test("a real Unleash is there wherever nothing may be left out", () => {
  expect(process.env.CI ? real.reason : null).toBeNull();
});

describe.skipIf(real.part === null)(`a real Unleash${absence}`, { timeout: 60_000 }, () => {
  let server: RealUnleash;
  let target: FlagsTarget;
  beforeAll(() => {
    if (real.part === null) throw new Error(real.reason);
    server = real.part;
    const { url, adminToken: admin, tokens } = server;
    let segments = 0;
    const doors = { url, admin };
    target = targetOf({
      ...doors,
      editor: tokens.ada ?? "",
      reader: tokens.vera ?? "",
      async createFlag(key) {
        await ask(doors, "POST", "/projects/default/features", { name: key });
      },
      async createSegment(constraints) {
        segments += 1;
        const name = `segment-${segments}`;
        return Number((await ask(doors, "POST", "/segments", { name, constraints })).id);
      },
    });
  });
  afterAll(() => server.stop());
  flagsContract(() => target);
  flagFreshnessContract(() => target);
  flagRestoringContract(() => target);

  test("shows an archived flag as one that is off and can't be changed", async () => {
    const { elsewhere, source } = target;
    const ref = { ...GUARDED, key: "archived.flag" };
    await elsewhere.createFlag(ref.key);
    await elsewhere.addStrategy(ref.key, { name: "default" });
    await elsewhere.toggle(ref.key, true);
    const live = await source.read(ref);
    const { url, adminToken: admin } = server;
    await ask({ url, admin }, "DELETE", `/projects/default/features/${ref.key}`);
    expect(await source.read(ref)).toMatchObject({ archived: true, state: { enabled: false } });
    const preview = await source.previewRetoggle(ref, { to: "on" });
    expect(preview.blockers).toMatchObject([{ code: "archived" }]);
    const press = { ...ref, plan: { to: "off" as const }, seen: live.fingerprint, live };
    const answer = await source.retoggle({ ...press, restorationId: "R-1" });
    expect(answer).toMatchObject({ outcome: "refused", blocker: { code: "archived" } });
    const events = await source.eventsSince(GUARDED, new Date(Date.now() - 60_000));
    expect(events.filter(({ key }) => key === ref.key).at(-1)?.action).toBe("archived");
    expect((await source.list(GUARDED)).some(({ key }) => key === ref.key)).toBe(false);
  });

  test("puts strategies with variants back in their order", async () => {
    const { elsewhere, source } = target;
    // Unleash 8.2 asks even admins for a change request where it reorders in a guarded environment.
    const ref = { project: "default", environment: "development", key: "ordered.flag" };
    const variants = [{ name: "a", weight: 1_000, weightType: "variable", stickiness: "default" }];
    const { url, adminToken: admin } = server;
    const place = `/projects/default/features/${ref.key}/environments/development`;
    const act = (path: string, body: unknown) => ask({ url, admin }, "POST", place + path, body);
    await elsewhere.createFlag(ref.key);
    await act("/strategies", { name: "flexibleRollout", variants });
    await act("/strategies", { name: "default" });
    await act("/on", {});
    const was = await source.read(ref);
    const places = was.state.strategies.map(({ id }, index) => ({ id, sortOrder: 1 - index }));
    await act("/strategies/set-sort-order", places);
    const seen = (await source.read(ref)).fingerprint;
    expect(seen).not.toBe(was.fingerprint);
    const events = await source.eventsSince(ref, new Date(Date.now() - 60_000));
    const { before } = events.filter(({ key }) => key === ref.key).at(-1) ?? {};
    expect(before).toEqual(was.state);
    const press = { ...ref, plan: { to: "state" as const, state: was.state }, seen };
    const answer = await source.retoggle({ ...press, restorationId: "R-1" });
    expect(answer).toMatchObject({ outcome: "accepted" });
    expect((await source.read(ref)).fingerprint).toBe(was.fingerprint);
  });
});
