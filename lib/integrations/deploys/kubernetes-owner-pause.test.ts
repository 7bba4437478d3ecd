import { createServer } from "node:http";
import { afterEach, beforeAll, expect, test } from "vitest";
import { connectWith } from "./contract-cluster";
import { guardOf, type Json } from "./contract-guard";

beforeAll(async () => {
  await import("@kubernetes/client-node");
});

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

function merged(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Json = { ...(typeof target === "object" ? (target as Json) : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

/** One Application in front of an Argo CD older than 3.1, whose schema drops `automated.enabled`. */
async function olderArgoCd(first: Json) {
  let live: Json = first;
  let version = 1;
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    if (request.method === "PATCH") {
      const next = merged(live, JSON.parse(text)) as Json;
      const automated = (next.spec as { syncPolicy?: { automated?: Json } }).syncPolicy?.automated;
      if (automated) delete automated.enabled;
      version += 1;
      live = { ...next, metadata: { ...(next.metadata as Json), resourceVersion: `${version}` } };
    }
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(live));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stops.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const guard = guardOf(connectWith({ server: `http://127.0.0.1:${port}`, timeoutSeconds: 2 }));
  return { guard, live: () => live };
}

test("an Argo CD that doesn't know the switch is paused by the blunter one, and put back whole", async () => {
  const automated = { prune: true, selfHeal: true, allowEmpty: false };
  const spec = { project: "default", syncPolicy: { automated, syncOptions: ["x=y"] } };
  const metadata = { name: "web", namespace: "argocd", resourceVersion: "1" };
  const world = await olderArgoCd({ metadata, spec });
  const ref = { kind: "argo-cd" as const, namespace: "argocd", name: "web", mark: "R-1" };

  const held = await world.guard.pauseOwner({ ...ref, reason: "rolling back" });
  expect(held).toMatchObject({ outcome: "held", was: { automated } });
  expect(world.live().spec).toEqual({ project: "default", syncPolicy: { syncOptions: ["x=y"] } });
  expect((await world.guard.readOwner(ref)).state).toBe("held");
  const again = await world.guard.pauseOwner({ ...ref, reason: "rolling back" });
  expect(again).toMatchObject({ outcome: "held", was: { automated } });

  // What we noted is on the object, too: it is put back even if we forgot.
  expect((await world.guard.resumeOwner({ ...ref, was: null })).outcome).toBe("released");
  expect(world.live().spec).toEqual(spec);
  expect(world.live().metadata).toMatchObject({ annotations: {} });
});
