import { expect, test } from "vitest";
import type { FlagState } from "@/lib/contracts/flag-state";
import { flagChangeInWords, flagStateInWords } from "./flag-words";

const rolledOut = (rollout: string | null): FlagState => ({
  enabled: rollout !== null,
  strategies: [
    {
      ...{ id: "s", name: "flexibleRollout", disabled: false, constraints: [], segments: [] },
      ...{ parameters: rollout === null ? {} : { rollout }, variants: [] },
    },
  ],
  variants: [],
});

test("a share and its sign are never on two lines", () => {
  expect(flagStateInWords(rolledOut("25"))).toBe("on for 25\u00a0%");
  expect(flagChangeInWords(rolledOut("25"), rolledOut("100"))).toBe("25 → 100\u00a0%");
});

test("what has no share is said in words", () => {
  expect(flagStateInWords(rolledOut("100"))).toBe("on for all");
  expect(flagChangeInWords(rolledOut(null), rolledOut("100"))).toBe("off → on for all");
});
