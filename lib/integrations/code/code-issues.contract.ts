import { describe, expect, onTestFinished, test } from "vitest";
import { SourceError } from "@/lib/integrations/source-error";
import type { CodeTarget } from "./code.contract";

/** Issues: opened once, found again, followed. */
export function issuesContract(prepared: () => CodeTarget): void {
  const since = new Date();
  const asked = (target: CodeTarget, id: string, title = `Watch the pool (${id})`) => ({
    repository: target.repository,
    title,
    body: "What was decided.",
    mark: `Known-Good-Follow-Up: ${id}`,
    since,
  });
  const refusalOf = async (opening: Promise<{ outcome: string }>) => {
    const answer = await opening;
    return "blocker" in answer ? (answer.blocker as { code: string }).code : answer.outcome;
  };

  describe("issues", () => {
    test("opens one, marked, and finds it again instead of opening another", async () => {
      const target = prepared();
      const source = target.connect();
      const before = target.faults.countIssues();
      const request = asked(target, "FOL-1");
      expect(await source.findIssue(request)).toBeNull();
      const first = await source.openIssue(request);
      if (first.outcome !== "opened") throw new Error(JSON.stringify(first));
      expect(first).toMatchObject({ found: false, issue: { state: "open", title: request.title } });
      const { number, url } = first.issue;
      expect(url).toMatch(new RegExp(`/issues/${number}$`));
      expect(await target.issueBody(number)).toBe(
        "What was decided.\n\nKnown-Good-Follow-Up: FOL-1",
      );
      expect(await source.openIssue(request)).toMatchObject({ found: true, issue: { number } });
      expect(await source.findIssue(request)).toMatchObject({ number, url });
      expect(target.faults.countIssues()).toBe(before + 1);
      // The mark is a whole line, and one from before is somebody else's.
      expect(await source.findIssue({ ...request, mark: "Known-Good-Follow-Up: F" })).toBeNull();
      const later = new Date(Date.now() + 3_600_000);
      expect(await source.findIssue({ ...request, since: later })).toBeNull();
    });

    test("follows it: closed as done, closed as dropped, opened again", async () => {
      const target = prepared();
      const source = target.connect();
      const opened = await source.openIssue(asked(target, "FOL-2"));
      if (opened.outcome !== "opened") throw new Error(JSON.stringify(opened));
      const { number } = opened.issue;
      const read = async () => {
        const { state, reason } = await source.readIssue(target.repository, number);
        return `${state} ${state === "closed" ? reason : ""}`.trim();
      };
      expect(await read()).toBe("open");
      await target.turnIssue(number, "closed", "completed");
      expect(await read()).toBe("closed done");
      await target.turnIssue(number, "open", null);
      expect(await read()).toBe("open");
      await target.turnIssue(number, "closed", "not_planned");
      expect(await read()).toBe("closed dropped");
      await expect(source.readIssue(target.repository, 99_999)).rejects.toMatchObject({
        code: "not-found",
      });
    });

    test.each([500, 502, 504, "drop"] as const)(
      "an opened issue answered with %s is unknown, sent once, found again",
      async (how) => {
        const target = prepared();
        const source = target.connect();
        const request = asked(target, `FOL-3${how}`);
        const before = target.faults.countIssues();
        await target.faults.applyThenFail(how);
        const error: unknown = await source.openIssue(request).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(SourceError);
        expect(error).toMatchObject({ mayHaveActed: true });
        const found = await source.findIssue(request);
        expect(await source.openIssue(request)).toMatchObject({
          found: true,
          issue: { number: found?.number },
        });
        expect(target.faults.countIssues()).toBe(before + 1);
      },
    );

    test("says why it can't: no permission, no repository, issues turned off, away", async () => {
      const target = prepared();
      const request = asked(target, "FOL-4");
      const reader = target.connect({ as: "reader" });
      expect(await refusalOf(reader.openIssue(request))).toBe("may-not-open-issues");
      const source = target.connect();
      const elsewhere = source.openIssue({ ...request, repository: "nobody/nothing" });
      expect(await refusalOf(elsewhere)).toBe("no-repository");
      onTestFinished(() => target.allowIssues(true));
      await target.allowIssues(false);
      expect(await refusalOf(source.openIssue(request))).toBe("issues-disabled");
      await target.allowIssues(true);
      onTestFinished(() => target.faults.set("none"));
      await target.faults.set("refuse");
      await expect(source.openIssue(request)).rejects.toMatchObject({
        code: "unreachable",
        mayHaveActed: false,
      });
      await target.faults.set("none");
      await expect(source.openIssue({ ...request, repository: "../x" })).rejects.toMatchObject({
        code: "invalid",
      });
    });

    test("a title too long is cut, the mark stays whole", async () => {
      const target = prepared();
      const request = { ...asked(target, "FOL-5", "t".repeat(400)), body: "b".repeat(100_000) };
      const answer = await target.connect().openIssue(request);
      if (answer.outcome !== "opened") throw new Error(JSON.stringify(answer));
      expect(answer.issue.title).toHaveLength(256);
      expect(await target.issueBody(answer.issue.number)).toMatch(/\nKnown-Good-Follow-Up: FOL-5$/);
    });
  });
}
