import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiClient, createApiClient } from "./api-client.ts";
import { type KubernetesSandbox, startKubernetes } from "./start-kubernetes.ts";

// What a real API server (1.20.2) answered to the same, in 1.36's words where those differ.
let sandbox: KubernetesSandbox;
let admin: ApiClient;
beforeAll(async () => {
  sandbox = await startKubernetes({ tokens: { root: { user: "admin", rules: "admin" } } });
  admin = createApiClient(sandbox.url, "root");
  await admin.send("POST", "/api/v1/namespaces", { body: { metadata: { name: "shop" } } });
  await admin.send("POST", MAPS, { body: { metadata: { name: "one" }, data: { a: "1" } } });
});
afterAll(() => sandbox.stop());

const MAPS = "/api/v1/namespaces/shop/configmaps";
const DEPLOYMENTS = "/apis/apps/v1/namespaces/shop/deployments";
const APPLY = "application/apply-patch+yaml";
const MERGE = "application/merge-patch+json";
const map = (more: object = {}) => ({ apiVersion: "v1", kind: "ConfigMap", ...more });

test.each([
  "/apis/apps/v1/namespaces/shop/rockets",
  "/apis/apps/v9/deployments",
  `${DEPLOYMENTS}/web/rockets`,
  "/apis/autoscaling/v9",
  "/api/v1/rockets",
])("%s isn't served, and the server says so itself", async (path) => {
  const answer = await admin.send("GET", path);
  expect([answer.status, answer.body]).toEqual([
    404,
    {
      ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code: 404 },
      ...{ reason: "NotFound", details: {} },
      message: "the server could not find the requested resource",
    },
  ]);
});

test.each(["/apis/rockets.example/v1/rockets", "/apis/argoproj.io/v1alpha1/rockets", "/rockets"])(
  "%s is nobody's: the page isn't found",
  async (path) => {
    const answer = await admin.send("GET", path);
    expect([answer.status, answer.text]).toEqual([404, "404 page not found\n"]);
  },
);

test("something new is posted to a list, not to a name", async () => {
  const answer = await admin.send("POST", `${DEPLOYMENTS}/web`, { body: {} });
  expect([answer.status, answer.body.reason]).toEqual([405, "MethodNotAllowed"]);
});

test.each([
  ["?force=true", MERGE, {}, 422, "force: Forbidden: may not be specified for non-apply patch"],
  [`?fieldManager=${"x".repeat(129)}`, MERGE, {}, 422, "may not be more than 128 bytes"],
  ["", MERGE, { data: { a: 1 } }, 422, "into Go struct field ConfigMap.data of type string"],
  ["?fieldManager=kg", APPLY, { data: {} }, 400, "Specified patch version: , expected: v1"],
  ["?fieldManager=kg", APPLY, map({ metadata: { name: "two" } }), 400, "does not match the name"],
  ["", APPLY, map({ metadata: { name: "one" } }), 422, "is required for apply patch"],
])("a patch %s of %s with %j is refused", async (query, contentType, body, status, words) => {
  const answer = await admin.send("PATCH", `${MAPS}/one${query}`, { contentType, body });
  expect(answer.status).toBe(status);
  expect(answer.body.message).toContain(words);
  expect((await admin.send("GET", `${MAPS}/one`)).body.data).toEqual({ a: "1" });
});

test("a Secret's values are base64", async () => {
  const path = "/api/v1/namespaces/shop/secrets";
  const body = { metadata: { name: "keys" }, data: { a: "%%%" } };
  const answer = await admin.send("POST", path, { body });
  expect(answer.status).toBe(400);
  expect(answer.body.message).toMatch(/^Secret in version "v1" cannot be handled as a Secret: /);
  expect((await admin.send("POST", path, { body: { ...body, data: { a: "Yg==" } } })).status).toBe(
    201,
  );
});
