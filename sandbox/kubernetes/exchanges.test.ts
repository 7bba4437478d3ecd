import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createApiClient } from "./api-client.ts";
import {
  DEPLOYMENT,
  golden,
  normalised,
  type Replayed,
  startReplay,
  type Tree,
} from "./golden-exchanges.ts";

let world: Replayed;
beforeAll(async () => {
  world = await startReplay(30);
});
afterAll(() => world.sandbox.stop());

describe("exchanges recorded from a real server", () => {
  test("a namespace, posted in protobuf, is created", async () => {
    const body = Buffer.from(String(golden("createNamespace").requestBody), "latin1").toString(
      "latin1",
    );
    const answer = await world.replay(golden("createNamespace"), body);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ kind: "Namespace", metadata: { name: "shop" } });
    world.configure();
  });

  test("a Deployment that is not there, then created with all defaults filled in", async () => {
    const missing = await world.replay(golden("missingDeployment"));
    expect([missing.status, missing.body]).toEqual([404, golden("missingDeployment").response]);
    const answer = await world.replay(golden("create"));
    expect(answer.status).toBe(201);
    expect(normalised(answer.body)).toEqual(normalised(golden("create").response));
    await world.settle();
  });

  test.each(["setImage", "annotate"])("%s changes the same fields", async (name) => {
    const before = await world.live();
    const answer = await world.replay(golden(name));
    const told = golden(name).response as { metadata: Tree; spec: Tree };
    expect(answer.status).toBe(200);
    expect(normalised(answer.body.spec)).toEqual(normalised(told.spec));
    expect(answer.body.status).toEqual(before.status);
    expect((answer.body.metadata as Tree).generation).toBe(Number(before.metadata.generation) + 1);
    await world.settle();
  });

  test("a rollback that tests uid and template: dry run, then once, then refused as stale", async () => {
    const wanted = golden("matching").response as { spec: { template: Tree } };
    const { metadata, spec } = await world.live();
    const patch = [
      { op: "test", path: "/metadata/uid", value: metadata.uid },
      { op: "test", path: "/spec/template", value: spec.template },
      { op: "replace", path: "/spec/template", value: wanted.spec.template },
      {
        op: "add",
        path: "/metadata/annotations/kubernetes.io~1change-cause",
        value: "rollback to revision 2",
      },
    ];
    const dryRun = await world.replay(golden("dryRun"), patch);
    expect(dryRun.status).toBe(200);
    expect((dryRun.body.spec as Tree).template).toEqual(wanted.spec.template);
    expect((dryRun.body.metadata as Tree).resourceVersion).toBe(metadata.resourceVersion);
    expect((await world.live()).spec.template).toEqual(spec.template);
    const done = await world.replay(golden("matching"), patch);
    expect(done.status).toBe(200);
    expect(normalised(done.body.spec)).toEqual({
      ...(normalised(wanted) as Tree & { spec: Tree }).spec,
    });
    const again = await world.replay(golden("stale"), patch);
    expect([again.status, again.body]).toEqual([422, golden("stale").response]);
    await world.settle();
  });

  test.each(["wrongGeneration", "missingPath"])(
    "%s is refused with empty details",
    async (name) => {
      const answer = await world.replay(golden(name));
      expect([answer.status, answer.body]).toEqual([422, golden(name).response]);
    },
  );

  test("merge and strategic merge patches", async () => {
    const merged = await world.replay(golden("mergePatch"));
    expect((merged.body.spec as Tree).replicas).toBe(3);
    const strategic = await world.replay(golden("strategicPatch"));
    const told = golden("strategicPatch").response as { spec: Tree };
    expect(normalised(strategic.body.spec)).toEqual(normalised(told.spec));
    await world.settle();
  });

  test("a value of the wrong type names the field", async () => {
    const answer = await world.replay(golden("wrongType"));
    const told = golden("wrongType").response as { details: { causes: { message: string }[] } };
    const { causes } = answer.body.details as typeof told.details;
    expect(answer.status).toBe(422);
    expect(causes).toMatchObject([{ field: "patch", reason: "FieldValueInvalid" }]);
    const ending = (message = "") => message.slice(message.lastIndexOf(": json: "));
    expect(ending(causes[0]?.message)).toBe(ending(told.details.causes[0]?.message));
  });

  test.each(["missing", "invalidCreate", "unknownGroup"])(
    "%s is answered word for word",
    async (name) => {
      const answer = await world.replay(golden(name));
      const told = golden(name);
      const body = typeof told.response === "string" ? answer.text : answer.body;
      expect([answer.status, body]).toEqual([told.status, told.response]);
    },
  );

  test("a body that is no JSON", async () => {
    const answer = await world.replay(golden("badJson"));
    const { message, ...rest } = golden("badJson").response;
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject(rest);
    expect(String(answer.body.message).split(":")[0]).toBe(String(message).split(":")[0]);
  });

  test("missing permission is told in the real words", async () => {
    const list = await world.dev.send("GET", "/api/v1/namespaces/shop/serviceaccounts");
    const wording = String(golden("forbiddenList").response.message)
      .replace("deployments.apps", "serviceaccounts")
      .replace('"deployments"', '"serviceaccounts"')
      .replace('"apps"', '""');
    expect([list.status, list.body]).toEqual([
      403,
      {
        ...golden("forbiddenList").response,
        message: wording,
        details: { kind: "serviceaccounts" },
      },
    ]);
    const one = await world.dev.send("DELETE", DEPLOYMENT);
    const { message, ...rest } = golden("forbiddenPatch").response;
    expect(one.body).toEqual({
      ...rest,
      message: String(message).replace("cannot patch", "cannot delete"),
    });
    const stranger = await createApiClient(world.sandbox.url, "nobody").send("GET", DEPLOYMENT);
    expect([stranger.status, stranger.body.reason]).toEqual([401, "Unauthorized"]);
    expect((await createApiClient(world.sandbox.url).send("GET", "/version")).status).toBe(200);
  });

  test("access reviews answer from the caller's own rules", async () => {
    const allowed = await world.replay(golden("allowedReview"));
    const { metadata: _metadata, ...told } = golden("allowedReview").response;
    expect(allowed.status).toBe(201);
    expect(allowed.body).toMatchObject(told);
    const body = golden("deniedReview").requestBody as { spec: { resourceAttributes: Tree } };
    const denied = structuredClone(body);
    denied.spec.resourceAttributes.verb = "delete";
    expect(
      (await world.dev.send("POST", golden("deniedReview").path, { body: denied })).body.status,
    ).toEqual(golden("deniedReview").response.status);
    expect(
      (await world.dev.send("POST", golden("deniedReview").path, { body })).body.status,
    ).toEqual({
      allowed: true,
    });
    const binary = await world.replay(golden("protobufReview"));
    expect(binary.body.status).toEqual({ allowed: true });
  });
});
