import { afterEach, expect, test } from "vitest";
import type { FlagChange } from "./flag-store.ts";
import { startUnleash, type UnleashOptions, type UnleashSandbox } from "./start-unleash.ts";

const NOW = Date.parse("2026-11-02T10:00:00Z");
const HOUR = 3_600_000;
const PLACE = { project: "shop", flag: "new-checkout", environment: "production" };
const PATH = "/api/admin/projects/shop/features/new-checkout/environments/production";
const running: UnleashSandbox[] = [];

async function start(options: Partial<UnleashOptions> = {}): Promise<UnleashSandbox> {
  const sandbox = await startUnleash({
    tokens: { "user:ada": { username: "ada", permissions: "editor" } },
    now: () => NOW,
    ...options,
  });
  running.push(sandbox);
  sandbox.seed({
    project: "shop",
    environments: ["staging", "production"],
    flags: [
      {
        name: "new-checkout",
        description: "<script>alert(1)</script>",
        createdAt: NOW - 48 * HOUR,
        environments: {
          production: {
            enabled: true,
            strategies: [{ name: "flexibleRollout", parameters: { rollout: "50" } }],
          },
        },
        history: [
          {
            at: NOW - HOUR,
            by: "bob",
            environment: "production",
            change: {
              kind: "strategy-updated",
              before: { name: "flexibleRollout", parameters: { rollout: "5" } },
              after: { name: "flexibleRollout", parameters: { rollout: "50" } },
            },
          },
          {
            at: NOW - 26 * HOUR,
            by: "ada",
            environment: "production",
            change: { kind: "enabled" },
          },
        ],
      },
    ],
  });
  return sandbox;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.stop()));
});

function ask(sandbox: UnleashSandbox, path: string, method = "GET") {
  return fetch(sandbox.url + path, { method, headers: { authorization: "user:ada" } });
}

async function history(sandbox: UnleashSandbox, filter = "") {
  const response = await ask(sandbox, `/api/admin/search/events?project=IS:shop${filter}`);
  const { events } = (await response.json()) as {
    events: { type: string; createdBy: string; preData: unknown }[];
  };
  return events;
}

test("tells the seeded past in its order, with the settings before", async () => {
  const sandbox = await start();
  const events = await history(sandbox);
  expect(events.map(({ type, createdBy }) => [type, createdBy])).toEqual([
    ["feature-strategy-update", "bob"],
    ["feature-environment-enabled", "ada"],
    ["feature-created", "bob"],
  ]);
  const [strategy] = sandbox.state("shop", "new-checkout", "production").strategies;
  expect(events[0]?.preData).toMatchObject({ id: strategy?.id, parameters: { rollout: "5" } });
});

test("filters by whole days only", async () => {
  const sandbox = await start();
  const types = (events: { type: string }[]) => events.map(({ type }) => type);
  expect(types(await history(sandbox, "&from=IS:2026-11-02"))).toEqual(["feature-strategy-update"]);
  expect(types(await history(sandbox, "&from=IS:2026-11-01&to=IS:2026-11-01"))).toEqual([
    "feature-environment-enabled",
  ]);
});

test("reports what people in the world do, and what comes over the wire", async () => {
  const sandbox = await start();
  const changes: FlagChange[] = [];
  const stop = sandbox.onChange((change) => changes.push(change));
  sandbox.setRollout({ ...PLACE, percent: 80, by: "carol" });
  await ask(sandbox, `${PATH}/off`, "POST");
  stop();
  sandbox.setFlag({ ...PLACE, enabled: true, by: "carol" });
  expect(changes).toEqual([
    { ...PLACE, by: "carol", at: NOW },
    { ...PLACE, by: "ada", at: NOW },
  ]);
  const state = sandbox.state("shop", "new-checkout", "production");
  expect(state).toMatchObject({ enabled: true, rolloutPercent: 80 });
});

test("gives no share to strategies that are limited to some", async () => {
  const sandbox = await start();
  const off = sandbox.state("shop", "new-checkout", "staging");
  expect(off).toEqual({ enabled: false, rolloutPercent: null, strategies: [], variants: [] });
  sandbox.setFlag({ ...PLACE, environment: "staging", enabled: true, by: "carol" });
  expect(sandbox.state("shop", "new-checkout", "staging").rolloutPercent).toBe(100);
});

test("applies a change whose answer is lost, once", async () => {
  const sandbox = await start();
  sandbox.faults.set({ mode: "none", applyThenDrop: true });
  expect((await ask(sandbox, PATH)).status).toBe(200);
  await expect(ask(sandbox, `${PATH}/off`, "POST")).rejects.toThrow();
  expect(sandbox.state("shop", "new-checkout", "production").enabled).toBe(false);
  expect((await ask(sandbox, `${PATH}/on`, "POST")).status).toBe(200);
});

test("fails and refuses as told, changing nothing", async () => {
  const sandbox = await start();
  for (const [mode, status] of [["error", 500] as const, ["unauthorized", 401] as const]) {
    sandbox.faults.set({ mode });
    expect((await ask(sandbox, `${PATH}/off`, "POST")).status).toBe(status);
  }
  sandbox.faults.set({ mode: "refuse" });
  await expect(ask(sandbox, `${PATH}/off`, "POST")).rejects.toThrow();
  sandbox.faults.set({ mode: "none" });
  expect(sandbox.state("shop", "new-checkout", "production").enabled).toBe(true);
  expect(sandbox.requests().map(({ status }) => status)).toContain(401);
});

test("keeps variants on environments only where told to", async () => {
  const body = JSON.stringify([{ name: "a", weight: 1 }]);
  const headers = { authorization: "user:ada", "content-type": "application/json" };
  const put = (sandbox: UnleashSandbox) =>
    fetch(`${sandbox.url}${PATH}/variants`, { method: "PUT", headers, body });
  expect((await put(await start())).status).toBe(403);
  const old = await start({ legacyVariants: true });
  expect((await put(old)).status).toBe(200);
  expect(old.state("shop", "new-checkout", "production").variants).toMatchObject([
    { name: "a", weight: 1_000 },
  ]);
  const events = await history(old, "&type=IS:feature-environment-variants-updated");
  expect(events).toMatchObject([{ createdBy: "ada", preData: { variants: [] } }]);
});

test("has a page for each flag and escapes it", async () => {
  const sandbox = await start();
  const response = await fetch(`${sandbox.url}/projects/shop/features/new-checkout`);
  const html = await response.text();
  expect(html).toContain("production: on");
  expect(html).toContain("&lt;script&gt;");
  expect(html).not.toContain("<script>");
  expect((await fetch(`${sandbox.url}/projects/shop/features/nope`)).status).toBe(404);
});
