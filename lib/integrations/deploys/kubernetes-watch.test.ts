import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DeploymentName } from "@/lib/integrations/deploy-source";
import { connectWith, until } from "./contract-cluster";

type Answers = {
  /** Told to every watch: what it answers. */
  watch(request: IncomingMessage, response: ServerResponse, count: number): void;
  list?(response: ServerResponse, kind: string): void;
};

// Loaded before anything is timed: it is large.
beforeAll(async () => {
  await import("@kubernetes/client-node");
});

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const deployment = (version: number, image: string) => ({
  metadata: {
    name: "checkout",
    namespace: "shop",
    uid: "d-1",
    resourceVersion: String(version),
    creationTimestamp: "2026-11-23T00:00:00Z",
  },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "checkout" } },
    template: {
      metadata: { labels: { app: "checkout" } },
      spec: { containers: [{ name: "app", image }] },
    },
  },
});

function page(kind: string, version = "10", items: unknown[] = []): string {
  return JSON.stringify({ kind: `${kind}List`, metadata: { resourceVersion: version }, items });
}

/** A server that lists as told and counts; and a follower of it. */
async function followed(
  answers: Answers,
  onDeployment = async () => undefined as undefined,
  onListed = async () => undefined as undefined,
) {
  let watches = 0;
  let lists = 0;
  const versions: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://server");
    const kind = url.pathname.split("/").at(-1) ?? "";
    response.setHeader("content-type", "application/json");
    if (url.searchParams.get("watch")) {
      watches += 1;
      if (kind === "deployments") versions.push(url.searchParams.get("resourceVersion") ?? "");
      // The ReplicaSets' watch just stands.
      if (kind === "deployments") answers.watch(request, response, versions.length);
      else response.flushHeaders();
      return;
    }
    lists += 1;
    if (answers.list) answers.list(response, kind);
    else response.end(page(kind, "10", kind === "deployments" ? [deployment(9, "app:1")] : []));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const images: string[] = [];
  const silences: string[] = [];
  const listed: DeploymentName[][] = [];
  const stop = new AbortController();
  const source = connectWith({ server: `http://127.0.0.1:${port}`, timeoutSeconds: 2 });
  const done = source.follow(
    {
      async onDeployment(live) {
        await onDeployment();
        images.push(JSON.stringify(live.template.spec).match(/app:\d+/)?.[0] ?? "");
      },
      onGone: async () => {
        images.push("gone");
      },
      onListed: async (present) => {
        await onListed();
        listed.push(present);
      },
      onCurrent: () => undefined,
      onSilent: (problem) => silences.push(problem),
    },
    stop.signal,
  );
  stops.push(async () => {
    stop.abort();
    await done;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { images, silences, listed, versions, counts: () => ({ watches, lists }) };
}

const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;

describe("watching a server that misbehaves", () => {
  test("200 with an empty body: no busy loop, listed anew, told as trouble", async () => {
    const world = await followed({ watch: (_request, response) => response.end() });
    await until("trouble", () => world.silences[0]);
    await sleep(2_500);
    const { watches, lists } = world.counts();
    expect(watches).toBeLessThan(15);
    expect(lists).toBeGreaterThan(2);
    expect(world.silences[0]).toContain("ends every watch without a word");
    expect(world.images).toEqual(["app:1"]);
  });

  test("an event and a close, over and over: paced, resumed from the last version", async () => {
    const world = await followed({
      watch(_request, response, count) {
        response.end(event("MODIFIED", deployment(10 + count, `app:${count + 1}`)));
      },
    });
    await sleep(2_500);
    expect(world.versions.length).toBeLessThan(12);
    expect(world.versions).toEqual(world.versions.map((_, index) => String(10 + index)));
    expect(world.counts().lists).toBe(2);
    expect(world.silences).toEqual([]);
    // The first event may come so early that it is told as one with the list.
    const first = world.images[0] === "app:1" ? 1 : 2;
    expect(world.images).toEqual(world.images.map((_, index) => `app:${first + index}`));
  });

  test("an event in pieces is whole; a piece of one is not an event", async () => {
    const line = event("MODIFIED", deployment(11, "app:2"));
    const world = await followed({
      async watch(_request, response, count) {
        if (count > 1) return void response.flushHeaders();
        response.write(line.slice(0, 40));
        await sleep(60);
        response.write(line.slice(40));
        await sleep(60);
        response.end(event("MODIFIED", deployment(12, "app:3")).slice(0, -30));
      },
    });
    await until("the second connection", () => world.versions[1]);
    await sleep(200);
    expect(world.images).toEqual(["app:1", "app:2"]);
    expect(world.versions).toEqual(["10", "11"]);
  });

  test("bookmarks move the version on and tell nothing", async () => {
    const world = await followed({
      watch(_request, response, count) {
        if (count > 1) return void response.flushHeaders();
        response.end(
          event("BOOKMARK", { kind: "Deployment", metadata: { resourceVersion: "77" } }),
        );
      },
    });
    await until("the second connection", () => world.versions[1]);
    expect(world.versions).toEqual(["10", "77"]);
    expect(world.images).toEqual(["app:1"]);
  });

  test("rubbish on the line leads to a fresh list, not to a standstill", async () => {
    const world = await followed({
      watch(_request, response, count) {
        if (count > 1) return void response.flushHeaders();
        response.write("<html>gateway</html>\n");
      },
    });
    await until("the second connection", () => world.versions[1]);
    expect(world.counts().lists).toBe(3);
  });

  test("a missing permission is told with what the server says", async () => {
    const world = await followed({
      watch: () => undefined,
      list(response) {
        response.statusCode = 403;
        const message = 'deployments.apps is forbidden: User "kg" cannot list resource';
        response.end(JSON.stringify({ kind: "Status", reason: "Forbidden", code: 403, message }));
      },
    });
    const problem = await until("trouble", () => world.silences[0]);
    expect(problem).toContain('User "kg" cannot list resource');
    expect(problem).toContain("Nothing has been heard yet");
  });

  test("an object that can't be read doesn't hide the others", async () => {
    const world = await followed({
      watch: (_request, response) => response.flushHeaders(),
      list(response, kind) {
        const odd = { metadata: { name: "odd", uid: "odd" }, spec: 7 };
        const items = kind === "deployments" ? [odd, deployment(9, "app:1")] : [];
        response.end(page(kind, "10", items));
      },
    });
    await until("the readable one", () => world.images[0]);
    await sleep(300);
    expect(world.silences).toEqual([]);
    // What can't be read is there all the same: nobody may conclude that it went.
    expect(world.listed).toEqual([]);
  });

  test("a follower that fails is told again, once it can", async () => {
    const failing = (failures: number) => {
      let calls = 0;
      return async () => {
        calls += 1;
        if (calls <= failures) throw new Error("the ledger can't be written");
        return undefined;
      };
    };
    const world = await followed(
      { watch: (_request, response) => response.flushHeaders() },
      failing(2),
      failing(1),
    );
    await until("what there is", () => world.listed[0]);
    expect(world.images).toEqual(["app:1"]);
    expect(world.listed).toEqual([[{ namespace: "shop", name: "checkout" }]]);
  });
});
