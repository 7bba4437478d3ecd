import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyJsonPatch } from "./json-patch.ts";
import { applyMergePatch, applyStrategicMergePatch } from "./merge-patch.ts";
import { sameValue } from "./same-value.ts";

describe("JSON Patch", () => {
  const document = { metadata: { annotations: { "a/b": "1" } }, list: [1, 2, 3] };

  test.each([
    [
      { op: "add", path: "/list/1", value: 9 },
      { ...document, list: [1, 9, 2, 3] },
    ],
    [
      { op: "add", path: "/list/-", value: 9 },
      { ...document, list: [1, 2, 3, 9] },
    ],
    [
      { op: "remove", path: "/list/0" },
      { ...document, list: [2, 3] },
    ],
    [
      { op: "replace", path: "/metadata/annotations/a~1b", value: "2" },
      { ...document, metadata: { annotations: { "a/b": "2" } } },
    ],
    [
      { op: "move", from: "/list", path: "/moved" },
      { metadata: document.metadata, moved: [1, 2, 3] },
    ],
    [
      { op: "copy", from: "/list/2", path: "/list/0" },
      { ...document, list: [3, 1, 2, 3] },
    ],
    [{ op: "test", path: "/metadata", value: { annotations: { "a/b": "1" } } }, document],
    [{ op: "test", path: "/metadata/missing", value: null }, document],
  ])("%j", (operation, after) => {
    expect(applyJsonPatch(document, [operation])).toEqual(after);
  });

  test.each([
    { op: "test", path: "/metadata/annotations/a~1b", value: "other" },
    { op: "replace", path: "/missing", value: 1 },
    { op: "remove", path: "/list/7" },
    { op: "add", path: "/no/parent", value: 1 },
    { op: "add", path: "/list/01", value: 1 },
    { op: "explode", path: "/list" },
    { op: "add", path: "list", value: 1 },
  ])("%j is refused, and nothing of the patch happens", (operation) => {
    const first = { op: "add", path: "/done", value: true };
    expect(() => applyJsonPatch(document, [first, operation])).toThrow(
      expect.objectContaining({ code: 422, details: {} }),
    );
    expect(document).not.toHaveProperty("done");
  });

  test("never changes what it is given, and a test of the result holds", () => {
    const json = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.jsonValue({ maxDepth: 2 }));
    fc.assert(
      fc.property(json, fc.stringMatching(/^[a-z]{1,3}$/), fc.jsonValue(), (before, key, value) => {
        const kept = structuredClone(before);
        const after = applyJsonPatch(before, [
          { op: "add", path: `/${key}`, value },
          { op: "test", path: `/${key}`, value },
        ]);
        expect(before).toEqual(kept);
        expect(sameValue((after as Record<string, unknown>)[key], value)).toBe(true);
      }),
    );
  });
});

describe("merge patches", () => {
  test("null removes, objects merge, lists are replaced", () => {
    const after = applyMergePatch({ a: { x: 1, y: 2 }, b: [1] }, { a: { x: null, z: 3 }, b: [2] });
    expect(after).toEqual({ a: { y: 2, z: 3 }, b: [2] });
  });

  const pod = {
    containers: [
      { name: "a", image: "a:1", env: [{ name: "X", value: "1" }] },
      { name: "b", image: "b:1" },
    ],
    tolerations: [{ key: "k" }],
  };

  test("strategic: containers and their variables merge by name", () => {
    const patch = { containers: [{ name: "a", env: [{ name: "Y", value: "2" }] }] };
    expect(applyStrategicMergePatch(pod, patch)).toEqual({
      ...pod,
      containers: [
        {
          name: "a",
          image: "a:1",
          env: [
            { name: "Y", value: "2" },
            { name: "X", value: "1" },
          ],
        },
        { name: "b", image: "b:1" },
      ],
    });
  });

  test("strategic: items can be deleted, lists replaced and put in order", () => {
    const deleted = applyStrategicMergePatch(pod, {
      containers: [{ $patch: "delete", name: "b" }],
    });
    expect(deleted).toEqual({ ...pod, containers: [pod.containers[0]] });
    const only = { name: "c", image: "c:1" };
    const replaced = applyStrategicMergePatch(pod, { containers: [{ $patch: "replace" }, only] });
    expect(replaced).toEqual({ ...pod, containers: [only] });
    const ordered = applyStrategicMergePatch(pod, {
      "$setElementOrder/containers": [{ name: "b" }, { name: "a" }],
      containers: [{ name: "b", image: "b:2" }],
    }) as typeof pod;
    expect(ordered.containers.map((one) => one.image)).toEqual(["b:2", "a:1"]);
  });

  test("strategic: lists without a known key are replaced whole", () => {
    expect(applyStrategicMergePatch(pod, { tolerations: [] })).toEqual({ ...pod, tolerations: [] });
  });
});
