import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { RecoveryPhase } from "@/lib/contracts/recovery-phase";
import { longestPhase, PhaseBar } from "./phase-bar";

function phase(name: RecoveryPhase["name"], ms: number | null): RecoveryPhase {
  return { name, ms, from: null, to: null };
}

const words = (phases: RecoveryPhase[]) =>
  renderToStaticMarkup(<PhaseBar phases={phases} />).replaceAll(/<[^>]*>/g, " ");

test("the longest phase is named with its share of what is known", () => {
  const phases = [phase("detect", 60_000), phase("decide", 240_000), phase("act", 0)];
  expect(longestPhase(phases)?.name).toBe("decide");
  expect(words(phases)).toContain("Most of it in “Decide”: 4 min of 5 min.");
  expect(words(phases)).not.toContain("aren&#x27;t known");
});

test("what isn't known is said, and never drawn as nothing", () => {
  const some = words([phase("detect", null), phase("decide", 240_000)]);
  expect(some).toContain("Some phases aren&#x27;t known");
  expect(some).toContain("not known");
  const none = words([phase("detect", null), phase("decide", null)]);
  expect(none).toContain("No phase can be told from what was recorded.");
});
