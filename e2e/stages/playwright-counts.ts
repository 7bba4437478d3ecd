import * as z from "zod";
import type { Tally } from "./tally.ts";

const Test = z.object({
  status: z.enum(["expected", "unexpected", "flaky", "skipped"]),
  annotations: z.array(z.object({ type: z.string(), description: z.string().optional() })),
});
const Spec = z.object({ title: z.string(), file: z.string(), tests: z.array(Test) });
const Suite = z.object({
  title: z.string(),
  specs: z.array(Spec),
  get suites() {
    return z.array(Suite).optional();
  },
});
const Report = z.object({ suites: z.array(Suite), errors: z.array(z.unknown()) });
type Suite = z.infer<typeof Suite>;

function specsOf(suite: Suite): z.infer<typeof Spec>[] {
  return [...suite.specs, ...(suite.suites ?? []).flatMap(specsOf)];
}

function reasonOf(test: z.infer<typeof Test>): string | undefined {
  return test.annotations.find(({ type }) => type === "skip")?.description;
}

/**
 * Counts Playwright's JSON report. A test that passed only when repeated has failed, and so has one
 * that was not run because the one before it failed.
 */
export function playwrightCounts(json: string): Tally {
  const report = Report.parse(JSON.parse(json));
  const tally: Tally = { passed: 0, failed: report.errors.length, skipped: [], words: "" };
  for (const spec of report.suites.flatMap(specsOf)) {
    for (const test of spec.tests) {
      if (test.status === "expected") tally.passed += 1;
      else if (test.status === "skipped" && reasonOf(test) !== undefined) {
        tally.skipped.push({ name: `${spec.file} ${spec.title}`, reason: reasonOf(test) ?? "" });
      } else tally.failed += 1;
    }
  }
  return tally;
}
