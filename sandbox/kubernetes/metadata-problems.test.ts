import { expect, test } from "vitest";
import { metadataProblems } from "./metadata-problems.ts";

const named = (more: object) =>
  metadataProblems({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "web", uid: "u", resourceVersion: "1", creationTimestamp: "", ...more },
  });

test.each(["note", "kubernetes.io/change-cause", "a.b/c_D.e-f", "EXAMPLE.com/owner"])(
  "%s is an annotation's key",
  (key) => {
    expect(named({ annotations: { [key]: "any text\nat all ~" } })).toEqual([]);
  },
);

test.each([
  ["a~b", /^Invalid value: "a~b": name part must consist of alphanumeric characters/],
  ["a~b/c", /: prefix part a lowercase RFC 1123 subdomain must consist of lower case/],
  ["/c", /: prefix part must be non-empty$/],
  ["a.b/", /: name part must be non-empty$/],
  ["a/b/c", /: a valid label key must consist of .* with an optional DNS subdomain prefix/],
  [`a.b/${"x".repeat(64)}`, /: name part must be no more than 63 bytes$/],
])("%s is none, nor a label's", (key, words) => {
  const [problem] = named({ annotations: { [key]: "1" } });
  expect(problem).toMatchObject({ field: "metadata.annotations", reason: "FieldValueInvalid" });
  expect(problem?.message).toMatch(words);
  expect(named({ labels: { [key]: "1" } })[0]).toMatchObject({ field: "metadata.labels" });
});

test("labels are short, annotations have a quarter of a megabyte together", () => {
  expect(named({ labels: { a: "b c" } })[0]?.message).toContain("a valid label must be an empty");
  expect(named({ labels: { "Upper.case/x": "1" } })).toHaveLength(1);
  expect(named({ labels: { a: "x".repeat(64) } })).toHaveLength(1);
  const half = "x".repeat(128 * 1024);
  expect(named({ annotations: { a: half } })).toEqual([]);
  expect(named({ annotations: { a: half, b: half } })).toMatchObject([
    { reason: "FieldValueTooLong", message: "Too long: may not be more than 262144 bytes" },
  ]);
});
