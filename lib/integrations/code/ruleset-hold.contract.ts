import { describe, expect, test } from "vitest";
import type { StartGuard } from "./guard-target";
import { errorOf, holdOf } from "./merge-hold.contract";

/** Holding merges to a branch back by a ruleset, and putting it back to what it was. */
export function rulesetHoldContract(title: string, start: StartGuard): void {
  describe(`merges held by a ruleset on ${title}`, () => {
    const NAME = "Known Good freeze of main";
    const settings = { freeze: { by: "ruleset" } };

    test("the first freeze makes it, the cure passes it, and it is put back to what it was", async () => {
      const target = await start();
      const other = target.addRuleset({ name: "Others", enforcement: "disabled" });
      const { guard } = target.connect({ as: "owner", settings });
      const one = await target.open("one");
      const hold = holdOf(target);
      const answer = await guard.holdMerges(hold);
      if (answer.outcome !== "held") throw new Error(JSON.stringify(answer));
      expect(answer.pulls).toMatchObject([{ number: one.number, author: "ann" }]);
      expect(await target.mergeAs("ann", one.number)).toContain("Cannot update this protected ref");
      const was = JSON.parse(JSON.stringify(answer.was));
      expect(was).toMatchObject({ by: "ruleset", enforcement: "disabled" });
      expect(await guard.readMergeHold({ ...hold, was })).toMatchObject({ state: "held" });

      await guard.releaseMerges({ ...hold, freezes: [], was });
      const found = target.rulesets().find(({ name }) => name === NAME);
      expect(found).toMatchObject({ enforcement: "disabled", exclude: [] });
      expect(target.rulesets().find(({ id }) => id === other)?.enforcement).toBe("disabled");
      expect(await target.mergeAs("ann", one.number)).toBeNull();
    });

    test.each(["evaluate", "active", "disabled"] as const)(
      "one that was %s is so again, also when the first answer was lost",
      async (enforcement) => {
        const target = await start();
        target.addRuleset({ name: NAME, enforcement, bypass: "owner" });
        const { guard } = target.connect({ as: "owner", settings });
        const hold = holdOf(target);
        await target.faults.applyThenFail(502);
        expect((await errorOf(guard.holdMerges(hold))).mayHaveActed).toBe(true);
        const answer = await guard.holdMerges(hold);
        if (answer.outcome !== "held") throw new Error(JSON.stringify(answer));
        expect(target.faults.writes()).toHaveLength(1);
        expect(answer.was).toMatchObject({ enforcement });
        expect(target.rulesets()[0]?.enforcement).toBe("active");
        await guard.releaseMerges({ ...hold, freezes: [], was: answer.was });
        expect(target.rulesets()[0]).toMatchObject({ enforcement, exclude: [] });
        await guard.releaseMerges({ ...hold, freezes: [], was: answer.was });
        expect(target.faults.writes()).toHaveLength(2);
      },
    );

    test("one that would hold the cure as well, holds nothing, or belongs elsewhere is refused", async () => {
      const target = await start();
      const { guard } = target.connect({
        as: "owner",
        settings: { freeze: { by: "ruleset", ruleset: "X" } },
      });
      const id = target.addRuleset({ name: "X", enforcement: "disabled" });
      const refusal = async () => {
        const answer = await guard.holdMerges(holdOf(target));
        if (answer.outcome !== "refused") throw new Error(JSON.stringify(answer));
        return answer.because;
      };
      expect(await refusal()).toContain("Put the GitHub App on its bypass list");
      expect(target.rulesets().find((one) => one.id === id)?.enforcement).toBe("disabled");
      const named = (ruleset: string) => ({ settings: { freeze: { by: "ruleset", ruleset } } });
      target.addRuleset({
        name: "Y",
        enforcement: "disabled",
        rules: [{ type: "non_fast_forward" }],
      });
      const y = target.connect({ as: "owner", ...named("Y") }).guard;
      expect(JSON.stringify(await y.holdMerges(holdOf(target)))).toContain("Restrict updates");
      target.addRuleset({
        name: "Z",
        enforcement: "disabled",
        branch: "release/*",
        bypass: "owner",
      });
      const z = target.connect({ as: "owner", ...named("Z") }).guard;
      expect(JSON.stringify(await z.holdMerges(holdOf(target)))).toContain("doesn't take in");
      expect(target.faults.writes()).toEqual([]);
    });

    test("credentials that may not change rulesets are named, with who can", async () => {
      const target = await start();
      const { guard } = target.connect({ as: "app", settings });
      expect(await guard.holdMerges(holdOf(target))).toMatchObject({
        outcome: "refused",
        who: "an administrator of acme/shop",
      });
      target.addRuleset({ name: NAME, enforcement: "active", bypass: "app" });
      const was = { by: "ruleset", ruleset: target.rulesets()[0]?.id, enforcement: "disabled" };
      const answer = await guard.releaseMerges(holdOf(target, { freezes: [], was }));
      if (answer.outcome !== "refused") throw new Error(JSON.stringify(answer));
      expect(answer.commands[0]).toMatch(/rulesets\/\d+ -f enforcement=disabled$/);
    });

    test("somebody who takes it away is seen", async () => {
      const target = await start();
      const id = target.addRuleset({ name: NAME, enforcement: "disabled", bypass: "owner" });
      const { guard } = target.connect({ as: "owner", settings });
      const hold = holdOf(target);
      await guard.holdMerges(hold);
      target.setRuleset(id, "disabled");
      expect(await guard.readMergeHold(hold)).toMatchObject({ state: "absent" });
      expect(await guard.holdMerges(hold)).toMatchObject({ outcome: "held" });
      expect(target.rulesets()[0]?.enforcement).toBe("active");
    });
  });
}
