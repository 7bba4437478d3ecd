import { writeFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";
import type { Tally } from "./tally.ts";

/** Where the counts go: the file named by KNOWN_GOOD_COUNTS. */
function write(tally: Tally): void {
  const file = process.env.KNOWN_GOOD_COUNTS;
  if (file) writeFileSync(file, JSON.stringify(tally));
}

function add(tally: Tally, module: TestModule): void {
  for (const test of module.children.allTests()) {
    const result = test.result();
    if (result.state === "passed") tally.passed += 1;
    else if (result.state === "skipped") {
      tally.skipped.push({
        name: `${module.relativeModuleId} ${test.fullName}`,
        reason: result.note ?? "no reason is stated",
      });
    } else tally.failed += 1;
  }
  // A file that can't be loaded has no tests to count and is a failure all the same.
  tally.failed += module.errors().length;
  for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
}

/** Counts a Vitest run with the reasons of skipped tests, which the built-in reports leave out. */
export default class VitestCounts implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, errors: ReadonlyArray<unknown>): void {
    const tally: Tally = { passed: 0, failed: errors.length, skipped: [], words: "" };
    for (const module of modules) add(tally, module);
    write(tally);
  }
}
