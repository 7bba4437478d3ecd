import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiClient } from "./api-client.ts";
import {
  BINDINGS,
  MAPS,
  MERGE,
  POLICIES,
  type PolicedCluster,
  rule,
  type Spec,
  startPolicedCluster,
} from "./policed-cluster.ts";
import type { KubernetesSandbox } from "./start-kubernetes.ts";

let cluster: KubernetesSandbox;
let admin: ApiClient;
let enforce: PolicedCluster["enforce"];

beforeEach(async () => {
  await cluster?.stop();
  ({ cluster, admin, enforce } = await startPolicedCluster());
});
afterAll(() => cluster.stop());

const create = (name: string, more: Spec = {}) =>
  admin.send("POST", MAPS, { body: { metadata: { name }, ...more } });

describe("parameters", () => {
  const paramKind = { apiVersion: "v1", kind: "ConfigMap" };
  const policy = {
    paramKind,
    matchConstraints: rule("secrets", ["CREATE"]),
    validations: [{ expression: "object.type == params.data.type", message: "another type" }],
  };
  const secret = (namespace: string, dryRun = "") =>
    admin.send("POST", `/api/v1/namespaces/${namespace}/secrets${dryRun}`, {
      body: { metadata: { name: "s" }, type: "Opaque" },
    });
  const param = (namespace: string, name: string, type: string) => {
    const labels = { rules: "yes" };
    cluster.seedConfigMap({ namespace, name, labels, data: { type } });
  };

  test("by name in the object's namespace, or in the one stated", async () => {
    const paramRef = { name: "types", parameterNotFoundAction: "Deny" };
    await enforce(policy, { paramRef });
    const refused = await secret("shop");
    expect(refused.status).toBe(422);
    expect(refused.body.message).toContain("no params found for policy binding with `Deny`");
    param("shop", "types", "Opaque");
    expect((await secret("shop")).status).toBe(201);
    const body = { spec: { paramRef: { ...paramRef, namespace: "shop" } } };
    await admin.send("PATCH", `${BINDINGS}/b`, { body, contentType: MERGE });
    expect((await secret("default")).status).toBe(201);
  });

  test("by selector: none is fine if that is allowed, and one that refuses is enough", async () => {
    const selector = { matchLabels: { rules: "yes" } };
    await enforce(policy, { paramRef: { selector, parameterNotFoundAction: "Allow" } });
    expect((await secret("default", "?dryRun=All")).status).toBe(201);
    param("shop", "one", "Opaque");
    expect((await secret("shop", "?dryRun=All")).status).toBe(201);
    param("shop", "two", "other");
    expect((await secret("shop")).body.message).toContain("another type");
  });

  test("of a kind that isn't served refuse, or don't where failures are ignored", async () => {
    const unknown = { ...policy, paramKind: { apiVersion: "x.io/v1", kind: "Rules" } };
    const paramRef = { name: "types", parameterNotFoundAction: "Allow" };
    await enforce(unknown, { paramRef });
    expect((await secret("shop")).body.message).toContain("failed to configure binding: failed to");
    const body = { spec: { failurePolicy: "Ignore" } };
    await admin.send("PATCH", `${POLICIES}/p`, { body, contentType: MERGE });
    expect((await secret("shop")).status).toBe(201);
  });
});

describe("expressions", () => {
  test.each([
    ["Fail", 422],
    ["Ignore", 201],
  ])("that come to nothing are decided by failurePolicy %s", async (failurePolicy, status) => {
    await enforce({ failurePolicy, validations: [{ expression: "object.data.size > 1" }] });
    const answer = await create("one", { data: { other: "1" } });
    expect(answer.status).toBe(status);
    if (status === 422) {
      const told = "expression 'object.data.size > 1' resulted in error: no such key: size";
      expect(answer.body.message).toContain(told);
    }
  });

  test("variables are computed when they are needed, conditions come first", async () => {
    await enforce({
      matchConditions: [{ name: "big", expression: "has(object.data)" }],
      variables: [
        { name: "wrong", expression: "object.data.missing" },
        { name: "count", expression: "size(object.data)" },
        { name: "limit", expression: "variables.count * 10" },
      ],
      validations: [
        {
          expression: "variables.count < 2 || variables.wrong == ''",
          messageExpression:
            "'%s of %s'.format([string(variables.count), string(variables.limit)])",
        },
      ],
    });
    expect((await create("none")).status).toBe(201);
    expect((await create("one", { data: { a: "" } })).status).toBe(201);
    const refused = await create("two", { data: { a: "", b: "" } });
    expect(refused.body.message).toContain("no such key: missing");
    const plain = await create("three", { data: { missing: "x", b: "" } });
    expect(plain.body.message).toMatch(/denied request: 2 of 20$/);
  });

  test.each([
    ["1 +", "compilation failed"],
    ["nothing.known", "compilation failed"],
    ["params.data.a == ''", "compilation failed"],
    ["'text'", "must evaluate to bool"],
  ])("that don't compile are refused with the policy: %s", async (expression, told) => {
    const body = {
      metadata: { name: "p" },
      spec: { matchConstraints: rule("configmaps"), validations: [{ expression }] },
    };
    const refused = await admin.send("POST", POLICIES, { body });
    expect([refused.status, refused.body.reason]).toEqual([422, "Invalid"]);
    expect(refused.body.message).toContain(`spec.validations[0].expression: Invalid value`);
    expect(refused.body.message).toContain(told);
  });

  test("that name a field the kind doesn't have are told in the policy's status", async () => {
    await enforce({
      matchConstraints: rule("deployments", ["UPDATE"], "apps"),
      validations: [{ expression: "object.spec.replicass > 1 && object.metadata.name != ''" }],
    });
    await expect
      .poll(async () => (await admin.send("GET", `${POLICIES}/p`)).body.status)
      .toMatchObject({
        observedGeneration: 1,
        typeChecking: {
          expressionWarnings: [
            {
              fieldRef: "spec.validations[0].expression",
              warning: expect.stringContaining("undefined field 'replicass'"),
            },
          ],
        },
      });
  });
});
