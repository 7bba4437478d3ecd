import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expandIncident } from "./expand-incident";
import { IncidentCase } from "./incident-case";

const page = readFileSync(join(process.cwd(), "docs/evaluation.md"), "utf8");
const [, example = ""] = /^```json incident\n([\s\S]*?)^```/m.exec(page) ?? [];
const parsed: unknown = JSON.parse(example);

test("the example that the page gives is an incident", () => {
  const incident = IncidentCase.parse(parsed);
  const { input } = expandIncident(incident);
  expect(input.changes.length).toBeGreaterThan(12);
  expect(input.evidence.signals[0]?.points.length).toBeGreaterThan(100);
});

test("unknown fields, states that no flag has and lines that are no file are refused", () => {
  const example = IncidentCase.parse(parsed);
  const [ramp] = example.changes;
  for (const wrong of [
    { ...example, culprit: "ramp" },
    { ...example, changes: [{ ...ramp, to: "half" }] },
    {
      ...example,
      changes: [{ id: "a", at: 0, deploy: "x", merges: [{ title: "t", files: ["a b c"] }] }],
    },
    { ...example, truth: { culprit: "ramp", levers: [], because: "By hand." } },
  ]) {
    expect(IncidentCase.safeParse(wrong).success).toBe(false);
  }
});
