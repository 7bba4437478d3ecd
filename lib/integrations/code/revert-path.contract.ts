import { describe, expect, test } from "vitest";
import type { StartGuard } from "./guard-target";

/** What stands between a revert and its branch, as it is told before the click. */
export function revertPathContract(title: string, start: StartGuard): void {
  describe(`the path of a revert on ${title}`, () => {
    test("a branch that requires nothing is merged into at once, as the original was", async () => {
      const target = await start();
      const { guard } = target.connect();
      const { repository, branch } = target;
      for (const method of ["merge", "squash", "rebase"] as const) {
        const number = target.merged[method];
        const path = await guard.revertPath({ repository, branch, number });
        expect(path).toMatchObject({ blockers: [], warnings: [], merge: `at once by ${method}` });
        expect(path.checks).toContain("main requires no checks.");
        expect(path.reviews).toBe(0);
      }
    });

    test("required checks are named with how long they usually take", async () => {
      const contexts = ["ci / build", "ci / test", "known-good/freeze"];
      const target = await start({ contexts, checksMs: 60_000 });
      const { guard } = target.connect();
      const query = { repository: target.repository, branch: target.branch };
      const path = await guard.revertPath({ ...query, number: target.merged.squash });
      expect(path.merge).toBe("auto-merge by squash");
      expect(path.checks).toContain("main requires ci / build and ci / test.");
      expect(path.checks.join(" ")).toContain("let through known-good/freeze");
      // GitHub tells times to the second.
      expect(Math.abs((path.checksUsualMs ?? 0) - 60_000)).toBeLessThanOrEqual(1_000);
      expect(path.checksUsualFrom).toBe("the last 5 merges into main");
      const asked = target.faults.countRequests();
      await guard.revertPath({ ...query, number: target.merged.squash });
      // How long checks take was not asked again.
      expect(target.faults.countRequests() - asked).toBeLessThan(asked);
    });

    test("required reviews are told with whose, and a missing auto-merge with what becomes of it", async () => {
      const target = await start({ reviews: 2, codeOwners: true, autoMerge: false });
      const path = await target.connect().guard.revertPath({
        repository: target.repository,
        branch: target.branch,
        number: target.merged.squash,
      });
      expect(path.warnings).toMatchObject([
        {
          code: "needs-review",
          sentence: "It needs 2 approving reviews of @acme/orders and @hugo.",
        },
        { code: "no-auto-merge" },
      ]);
      expect(path.reviews).toBe(2);
      expect(path.merge).toBe("by squash once its checks and reviews are there");
    });

    test("reviews that a ruleset requires count, and so do the methods that it leaves", async () => {
      const target = await start();
      const parameters = {
        required_approving_review_count: 1,
        require_code_owner_review: false,
        dismiss_stale_reviews_on_push: false,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
        allowed_merge_methods: ["squash"],
      };
      const rules = [{ type: "pull_request", parameters }];
      target.addRuleset({ name: "Reviews", enforcement: "active", rules });
      const query = { repository: target.repository, branch: target.branch };
      const path = () =>
        target.connect().guard.revertPath({ ...query, number: target.merged.merge });
      expect(await path()).toMatchObject({
        blockers: [],
        warnings: [{ sentence: "It needs 1 approving review." }],
        merge: "auto-merge by squash",
      });
      target.ask({ methods: ["merge"] });
      expect(await path()).toMatchObject({
        blockers: [{ code: "no-merge-method", who: "an administrator of acme/shop" }],
      });
    });

    test("a branch that somebody else froze is a blocker with who can lift it, except for who passes", async () => {
      const target = await start();
      target.addRuleset({ name: "Holidays", enforcement: "active", bypass: "owner" });
      const query = { repository: target.repository, branch: target.branch };
      const path = (as: "writer" | "owner") =>
        target.connect({ as }).guard.revertPath({ ...query, number: target.merged.squash });
      const { blockers } = await path("writer");
      expect(blockers).toMatchObject([{ code: "branch-frozen" }]);
      expect(blockers[0]?.sentence).toBe(
        "The ruleset “Holidays” lets nobody update main: a revert can't be merged.",
      );
      expect(blockers[0]?.who).toContain("an administrator of acme/shop");
      const [, url, json] =
        /gh api -X PUT (\S+) -f (\S+)$/.exec(blockers[0]?.commands[0] ?? "") ?? [];
      const [field, value] = (json ?? "").split("=");
      const owner = await path("owner");
      expect(owner.blockers).toEqual([]);
      expect(owner.checks).toContain("The ruleset “Holidays” lets this source pass.");
      const body = JSON.stringify({ [field ?? ""]: value });
      expect(await target.sendAsOwner("PUT", url ?? "", body)).toBe(200);
      expect((await path("writer")).blockers).toEqual([]);
    });

    test("of a merge queue the place is told, with its own estimate", async () => {
      const target = await start({ contexts: ["ci / build"], queue: true, checksMs: 60_000 });
      const query = { repository: target.repository, branch: target.branch };
      const of = { ...query, number: target.merged.squash };
      const writer = await target.connect().guard.revertPath(of);
      expect(writer.merge).toBe("the end of the merge queue");
      expect(writer.mergeUsualMs).toBeGreaterThan(0);
      expect(writer.mergeUsualFrom).toBe("the merge queue's own estimate");
      const owner = await target.connect({ as: "owner" }).guard.revertPath(of);
      expect(owner.merge).toBe("the front of the merge queue");
      const settings = { revert: { merge: "now" } };
      const now = await target.connect({ as: "owner", settings }).guard.revertPath(of);
      expect(now.merge).toBe("at once, past the merge queue");
    });

    test("merging by hand is said", async () => {
      const target = await start();
      const settings = { revert: { merge: "by-hand" } };
      const path = await target.connect({ settings }).guard.revertPath({
        repository: target.repository,
        branch: target.branch,
        number: target.merged.squash,
      });
      expect(path).toMatchObject({ merge: "by hand", warnings: [{ code: "merge-by-hand" }] });
    });

    test("a conflict names its files, since which merges, and the commands", async () => {
      const target = await start();
      const source = target.connect();
      const number = target.merged.price;
      const again = target.merged["price-again"];
      const preview = await source.previewRevert(target.repository, number);
      expect(preview.warnings.find(({ code }) => code === "may-conflict")?.sentence).toBe(
        `src/price.ts changed again since, by #${again} “Raise it again”: GitHub refuses a revert that conflicts.`,
      );
      const answer = await source.revert({
        repository: target.repository,
        number,
        seenHead: preview.pull.headCommit,
        restorationId: "R-1",
        incidentId: "INC-1",
        incidentUrl: "https://console.example/incidents/INC-1",
      });
      if (answer.outcome !== "by-hand") throw new Error(JSON.stringify(answer));
      expect(answer.because).toContain(
        `src/price.ts changed again since, by #${again} “Raise it again”.`,
      );
      expect(answer.commands.join("\n")).toContain("git revert");
    });

    test("a branch that isn't there, and one that can't be asked, are the source's fault", async () => {
      const target = await start();
      const query = { repository: target.repository, number: target.merged.squash };
      const { guard } = target.connect({ timeoutSeconds: 0.5 });
      await expect(guard.revertPath({ ...query, branch: "gone" })).rejects.toMatchObject({
        code: "not-found",
      });
      await target.faults.set("hang");
      await expect(guard.revertPath({ ...query, branch: target.branch })).rejects.toMatchObject({
        code: "timeout",
        mayHaveActed: false,
      });
    });
  });
}
