import { afterAll, beforeAll, describe, test } from "vitest";
import * as z from "zod";
import { type RealUnleash, startRealUnleash } from "../../../e2e/real-parts/start-real-unleash.ts";
import { startUnleash, type UnleashSandbox } from "../../../sandbox/unleash/start-unleash.ts";
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
        await ask({ ...doors }, "PUT", `${place(key)}/variants`, variants);
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

test.runIf(process.env.CI === "true")("a real Unleash is there", () => {
  if (real.part === null) throw new Error(real.reason);
});

describe.skipIf(real.part === null)(`a real Unleash${absence}`, () => {
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
  flagRestoringContract(() => target);
});
