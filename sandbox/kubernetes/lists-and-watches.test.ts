import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { golden, normalised, type Replayed, startReplay, type Tree } from "./golden-exchanges.ts";

let world: Replayed;
beforeAll(async () => {
  world = await startReplay(30);
  await world.replay(golden("createNamespace"));
  world.configure();
  await world.replay(golden("create"));
  await world.settle();
  await world.replay(golden("setImage"));
  await world.replay(golden("annotate"));
  await world.replay(golden("mergePatch"));
  await world.settle();
});
afterAll(() => world.sandbox.stop());

describe("discovery", () => {
  test("tells what the real server tells of the same resources", async () => {
    for (const name of ["core", "groups"]) {
      const answer = await world.replay(golden(name));
      type Groups = {
        items: {
          metadata: { name?: string };
          versions: { resources: (Tree & { subresources?: Tree[] })[] }[];
        }[];
      };
      // Autoscalers weren't part of the recording, nor groups that came with them.
      const recorded = (golden(name).response as Groups).items.map((one) => one.metadata.name);
      const served = (answer.body as Groups).items
        .filter((one) => recorded.includes(one.metadata.name))
        .flatMap((one) => one.versions.flatMap((v) => v.resources))
        .filter((one) => one.resource !== "horizontalpodautoscalers");
      const told = (golden(name).response as Groups).items.flatMap((one) =>
        one.versions.flatMap((v) => v.resources),
      );
      expect(answer.type).toContain("as=APIGroupDiscoveryList");
      expect(served.map((one) => one.resource).sort()).toEqual(
        told.map((one) => one.resource).sort(),
      );
      for (const { subresources, ...one } of served) {
        const { subresources: real, ...rest } =
          told.find((other) => other.resource === one.resource) ?? {};
        expect(one).toEqual(rest);
        for (const sub of subresources ?? []) expect(real).toContainEqual(sub);
      }
    }
    const legacy = await world.replay(golden("appsV1"));
    type Legacy = { resources: Tree[] };
    const told = (golden("appsV1").response as Legacy).resources.map(
      ({ storageVersionHash: _, ...one }) => one,
    );
    for (const one of (legacy.body as Legacy).resources) expect(told).toContainEqual(one);
    const { gitCommit: _, ...version } = golden("version").response;
    expect((await world.replay(golden("version"))).body).toMatchObject(version);
  });
});

describe("lists, tables and watches as recorded", () => {
  test("pages", async () => {
    const first = await world.replay(golden("limitedList"));
    const told = golden("limitedList").response as { items: Tree[]; metadata: Tree };
    const meta = first.body.metadata as Tree;
    const items = first.body.items as Tree[];
    expect(Object.keys(first.body)).toEqual(Object.keys(told));
    expect(Object.keys(meta)).toEqual(Object.keys(told.metadata));
    expect(Object.keys(items[0] ?? {})).toEqual(Object.keys(told.items[0] ?? {}));
    const names = new Set(items.map((one) => (one.metadata as Tree).name));
    for (let next = meta; next.continue; ) {
      const page = await world.admin.send(
        "GET",
        `${golden("limitedList").path}&continue=${next.continue}`,
      );
      next = page.body.metadata as Tree;
      expect(next.resourceVersion).toBe(meta.resourceVersion);
      for (const one of page.body.items as Tree[]) names.add((one.metadata as Tree).name);
    }
    expect(names.size).toBe(1 + Number(meta.remainingItemCount));
    world.sandbox.compact();
    const late = await world.admin.send(
      "GET",
      `${golden("limitedList").path}&continue=${meta.continue}`,
    );
    expect([late.status, late.body.reason]).toEqual([410, "Expired"]);
  });

  test.each(["table", "replicaSetTable", "podTable"])("%s has the real columns", async (name) => {
    const answer = await world.replay(golden(name));
    type Table = { columnDefinitions: Tree[]; rows: { cells: unknown[]; object: Tree }[] };
    const shape = (table: Table) => ({
      columns: table.columnDefinitions.map(({ description: _, ...one }) => one),
      cells: table.rows[0]?.cells.map((cell) => typeof cell),
      object: Object.keys(table.rows[0]?.object ?? {}),
    });
    expect(shape(answer.body as Table)).toEqual(shape(golden(name).response as Table));
  });

  test.each(["labelList", "fieldList", "partialList"])("%s", async (name) => {
    const answer = await world.replay(golden(name));
    const told = golden(name).response as { items: Tree[] };
    expect(answer.body).toMatchObject({
      kind: golden(name).response.kind,
      apiVersion: golden(name).response.apiVersion,
    });
    const [one] = answer.body.items as Tree[];
    expect(Object.keys(one ?? {})).toEqual(Object.keys(told.items[0] ?? {}));
  });

  test("a watch from the future is accepted and stays silent", async () => {
    const { status, events } = await world.admin.watch(
      golden("futureWatch").path.replace("timeoutSeconds=3", "timeoutSeconds=1"),
    );
    expect([status, events]).toEqual([golden("futureWatch").status, []]);
  });

  test("initial events end with a marked bookmark", async () => {
    const path = golden("initialWatch").path;
    const { events } = await world.admin.watch(path, (all) =>
      all.some((one) => one.type === "BOOKMARK"),
    );
    const told = golden("initialWatch").response as unknown as typeof events;
    expect(events.map((one) => one.type)).toEqual(told.map((one) => one.type));
    const bookmark = events.at(-1)?.object.metadata as Tree;
    expect(bookmark.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
  });

  test("scale, delete, and what is left", async () => {
    const scale = await world.replay(golden("scale"));
    expect(normalised(scale.body)).toEqual(normalised(golden("scale").response));
    const gone = await world.replay(golden("delete"));
    expect(normalised(gone.body)).toEqual(normalised(golden("delete").response));
    expect((await world.replay(golden("deleted"))).body).toEqual(golden("deleted").response);
    await expect.poll(async () => (await world.replay(golden("emptyTable"))).body.rows).toEqual([]);
    const namespace = await world.replay(golden("deleteNamespace"));
    expect(normalised(namespace.body)).toEqual(normalised(golden("deleteNamespace").response));
  });
});
