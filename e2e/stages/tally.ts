/** What one stage of the tests came to. */
export type Tally = {
  passed: number;
  failed: number;
  /** Tests that could not be run here, each with its stated reason. */
  skipped: { name: string; reason: string }[];
  /** What to show of it when something failed; empty otherwise. */
  words: string;
};

/** A stage that is one check: it holds, or its words say why not. */
export function oneCheck(holds: boolean, words: string): Tally {
  return { passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: [], words: holds ? "" : words };
}

/** The sum of some stages. Where nothing may be skipped, a skipped test is a failed one. */
export function sumOf(
  tallies: Tally[],
  maySkip: boolean,
): { passed: number; failed: number; skipped: number } {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((all, one) => all + of(one), 0);
  const skipped = sum((tally) => tally.skipped.length);
  const failed = sum((tally) => tally.failed);
  return {
    passed: sum((tally) => tally.passed),
    failed: maySkip ? failed : failed + skipped,
    skipped: maySkip ? skipped : 0,
  };
}

/** The line that tests end with: "12 passed, 0 failed", and how many were skipped, if any. */
export function closingLine(sum: { passed: number; failed: number; skipped: number }): string {
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : "";
  return `${sum.passed} passed, ${sum.failed} failed${skipped}`;
}
