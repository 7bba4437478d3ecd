import { createServer } from "node:http";
import patching, { type Operation } from "fast-json-patch";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PodTemplate, RollbackRequest } from "@/lib/integrations/deploy-source";
import { connectWith } from "./contract-cluster";
import { hashTemplate } from "./kubernetes-template";

beforeAll(async () => {
  await import("@kubernetes/client-node");
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const template = (image: string): PodTemplate => ({
  metadata: { labels: { app: "checkout" } },
  spec: { containers: [{ name: "app", image }] },
});

function deployment(more: { metadata?: object; template?: PodTemplate } = {}) {
  return {
    metadata: {
      name: "checkout",
      namespace: "shop",
      uid: "d-1",
      resourceVersion: "7",
      creationTimestamp: "2026-11-23T00:00:00Z",
      ...more.metadata,
    },
    spec: {
      selector: { matchLabels: { app: "checkout" } },
      template: more.template ?? template("v2"),
    },
  };
}

type Served = ReturnType<typeof deployment>;

/**
 * A server with one Deployment that carries out JSON Patches; `statuses` come first, one a patch.
 * `meanwhile` is what others make of the Deployment right after it was read, one a reading.
 */
async function serving(first: Served, statuses: number[] = [], meanwhile: Served[] = []) {
  let live: Served = first;
  const patches: Operation[][] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    response.setHeader("content-type", "application/json");
    const refuse = (code: number) => {
      response.statusCode = code;
      response.end(JSON.stringify({ kind: "Status", code, message: `no: ${code}`, details: {} }));
    };
    if (request.method === "GET") {
      const isList = request.url?.includes("/replicasets") ?? false;
      response.end(
        JSON.stringify(isList ? { metadata: { resourceVersion: "7" }, items: [] } : live),
      );
      if (!isList) live = meanwhile.shift() ?? live;
      return;
    }
    const operations = JSON.parse(text) as Operation[];
    patches.push(operations);
    const status = statuses.shift();
    if (status) return refuse(status);
    try {
      live = patching.applyPatch(live, operations, true, false).newDocument;
      response.end(JSON.stringify(live));
    } catch {
      refuse(422);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const source = connectWith({ server: `http://127.0.0.1:${port}`, timeoutSeconds: 2 });
  return { source, patches, live: () => live };
}

function press(seen = template("v2"), to = template("v1")): RollbackRequest {
  return {
    namespace: "shop",
    name: "checkout",
    seen: { uid: "d-1", templateHash: hashTemplate(seen) },
    template: seen,
    to,
    changeCause: "rollback",
    restorationId: "R-1",
  };
}

describe("a refused patch is explained by reading", () => {
  test("no annotation to add to: the map is added, guarded by the version that was read", async () => {
    const world = await serving(deployment());
    expect((await world.source.rollBack(press())).outcome).toBe("accepted");
    expect(world.patches).toHaveLength(2);
    expect(world.patches[1]).toContainEqual({
      op: "test",
      path: "/metadata/resourceVersion",
      value: "7",
    });
    expect(world.live().metadata).toMatchObject({
      annotations: {
        "kubernetes.io/change-cause": "rollback",
        "known-good.dev/restoration": "R-1",
      },
    });
    expect(world.live().spec.template).toEqual(template("v1"));
  });

  test("the same template in another form: tested as the cluster spells it", async () => {
    const spelled = {
      ...template("v2"),
      metadata: { creationTimestamp: null, labels: { app: "checkout" } },
    };
    const world = await serving(deployment({ metadata: { annotations: {} }, template: spelled }));
    expect((await world.source.rollBack(press())).outcome).toBe("accepted");
    expect(world.patches).toHaveLength(2);
    expect(world.patches[1]).toContainEqual({ op: "test", path: "/spec/template", value: spelled });
  });

  test("another template or another uid is live: one patch, nothing more", async () => {
    for (const live of [
      deployment({ metadata: { annotations: {} }, template: template("v3") }),
      deployment({ metadata: { annotations: {}, uid: "d-2" } }),
    ]) {
      const world = await serving(live);
      expect((await world.source.rollBack(press())).outcome).toBe("changed");
      expect(world.patches).toHaveLength(1);
      expect(world.live()).toEqual(live);
    }
  });

  test("somebody else got there first: unchanged", async () => {
    const world = await serving(
      deployment({ metadata: { annotations: {} }, template: template("v1") }),
    );
    expect(await world.source.rollBack(press())).toEqual({
      outcome: "unchanged",
      because: "checkout is already on that template.",
    });
    expect(world.patches).toHaveLength(1);
  });

  test("its controller annotates it between the reading and the patch: read again, and done", async () => {
    const annotated = { "deployment.kubernetes.io/revision": "2" };
    const meanwhile = deployment({ metadata: { resourceVersion: "8", annotations: annotated } });
    const world = await serving(deployment(), [], [meanwhile]);
    expect((await world.source.rollBack(press())).outcome).toBe("accepted");
    expect(world.patches).toHaveLength(3);
    expect(world.live().metadata).toMatchObject({
      annotations: { ...annotated, "known-good.dev/restoration": "R-1" },
    });
  });

  test("refused again and again although it looks the same: told, and given up", async () => {
    const live = deployment({ metadata: { annotations: {} } });
    const world = await serving(live, Array(9).fill(422));
    await expect(world.source.rollBack(press())).rejects.toMatchObject({
      ...{ code: "conflict", mayHaveActed: false },
      sentence: expect.stringContaining("is changed at this very moment"),
    });
    expect(world.patches).toHaveLength(4);
    expect(world.live()).toEqual(live);
  });

  test.each([
    [409, { code: "conflict", mayHaveActed: false }],
    [401, { code: "unauthorized", mayHaveActed: false }],
    [429, { code: "rate-limited", mayHaveActed: false }],
    [500, { code: "failed", mayHaveActed: true }],
    [504, { code: "failed", mayHaveActed: true }],
  ])("%i is sent once and thrown as what it is", async (status, error) => {
    const world = await serving(deployment({ metadata: { annotations: {} } }), [status]);
    await expect(world.source.rollBack(press())).rejects.toMatchObject(error);
    expect(world.patches).toHaveLength(1);
    expect(world.live().spec.template).toEqual(template("v2"));
  });
});
