import { describe, expect, test } from "vitest";
import type { StartGuard } from "./guard-target";

/** Whether a freeze would hold merges, before there is one. */
export function previewHoldContract(title: string, start: StartGuard): void {
  describe(`whether merges would be held on ${title}`, () => {
    const BY_RULESET = { freeze: { by: "ruleset" } };

    test("by a required status: what is missing with who can lift it, and nothing is posted", async () => {
      const target = await start();
      const query = { repository: target.repository, branch: target.branch };
      const { head } = await target.open("one");
      const { guard } = target.connect();
      expect(await guard.previewMergeHold?.(query)).toMatchObject({
        ...{ would: "refuse", who: `an administrator of ${target.repository}` },
        because: expect.stringMatching(/isn't a required check of main: .* stops nobody/),
      });
      target.ask({ contexts: ["known-good/freeze"] });
      expect(await guard.previewMergeHold?.(query)).toMatchObject({ would: "hold" });
      expect(target.status(head)).toBeNull();
      expect(target.faults.writes()).toEqual([]);
    });

    test("by a ruleset: who may not change it is told, and none is made", async () => {
      const target = await start();
      const query = { repository: target.repository, branch: target.branch };
      const writer = target.connect({ settings: BY_RULESET }).guard;
      expect(await writer.previewMergeHold?.(query)).toMatchObject({
        ...{ would: "refuse", who: `an administrator of ${target.repository}` },
        because: expect.stringContaining("may not change rulesets"),
      });
      const owner = target.connect({ as: "owner", settings: BY_RULESET }).guard;
      expect(await owner.previewMergeHold?.(query)).toMatchObject({
        ...{ would: "hold", sentence: expect.stringContaining("The first freeze makes") },
      });
      expect(target.rulesets()).toEqual([]);
      target.addRuleset({ name: "Known Good freeze of main", enforcement: "disabled" });
      expect(await owner.previewMergeHold?.(query)).toMatchObject({
        ...{ would: "refuse", because: expect.stringContaining("doesn't let this source's own") },
      });
    });

    test("not at all where the settings leave it alone", async () => {
      const target = await start();
      const { guard } = target.connect({ settings: { freeze: { by: "off" } } });
      const query = { repository: target.repository, branch: target.branch };
      expect(await guard.previewMergeHold?.(query)).toMatchObject({
        ...{ would: "refuse", who: "whoever manages known-good.yaml" },
      });
    });
  });
}
