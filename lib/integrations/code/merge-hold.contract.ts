import { describe, expect, test } from "vitest";
import type { MergeHold } from "@/lib/integrations/code-guard";
import { SourceError } from "@/lib/integrations/source-error";
import type { GuardTarget, StartGuard } from "./guard-target";

const CONTEXT = "known-good/freeze";
const HOUR_MS = 3_600_000;

type Hold = MergeHold & { was: unknown };

/** One freeze over the target's branch, as the follower asks for it. */
export function holdOf(target: GuardTarget, changes: Partial<Hold> = {}): Hold {
  return {
    repository: target.repository,
    branch: target.branch,
    freezes: [
      {
        id: "F-12",
        reason: "errors at checkout",
        until: new Date(Date.now() + HOUR_MS),
        url: "https://console.example/freezes/F-12",
      },
    ],
    allowedPulls: [],
    allowedCommits: [],
    was: null,
    ...changes,
  };
}

/** The SourceError that a promise ends in. */
export async function errorOf(promise: Promise<unknown>): Promise<SourceError> {
  const error = await promise.then(
    (value) => new Error(`It answered: ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof SourceError) return error;
  throw error;
}

/** Holding merges to a branch back, by each way there is, and letting go of them. */
export function mergeHoldContract(title: string, start: StartGuard): void {
  describe(`merges held by a required status on ${title}`, () => {
    test("turn red on every open pull request, green on what is let through, and green again after", async () => {
      const target = await start({ contexts: [CONTEXT] });
      const { guard } = target.connect();
      const [cure, one, two] = [
        await target.open("cure"),
        await target.open("one"),
        await target.open("two"),
      ];
      const hold = holdOf(target, { allowedPulls: [cure.number] });
      const answer = await guard.holdMerges(hold);
      if (answer.outcome !== "held") throw new Error(JSON.stringify(answer));
      expect(answer.sentence).toContain("2 open pull requests into main can't be merged");
      expect(answer.sentence).toContain(`#${cure.number} is let through`);
      expect(answer.pulls?.map(({ number }) => number).sort()).toEqual([one.number, two.number]);
      expect(answer.endsByItself).toBe(false);
      expect(target.status(one.head)).toMatchObject({ state: "failure", by: "writer" });
      expect(target.status(one.head)?.description).toMatch(
        /^Frozen until .*\d\d:\d\d UTC by F-12: errors at checkout$/,
      );
      expect(await target.mergeAs("ann", one.number)).toContain(CONTEXT);
      // The cure goes through all the while.
      expect(await target.mergeAs("ann", cure.number)).toBeNull();

      const was = JSON.parse(JSON.stringify(answer.was));
      expect(await guard.readMergeHold({ ...hold, was })).toMatchObject({ state: "held" });
      const released = await guard.releaseMerges({ ...hold, freezes: [], was });
      expect(released.outcome).toBe("released");
      expect(target.status(two.head)).toMatchObject({
        state: "success",
        description: "Not frozen",
      });
      expect(await target.mergeAs("ann", two.number)).toBeNull();
    });

    test("are told with what they change, at which head; one that isn't there is left out", async () => {
      const target = await start({ contexts: [CONTEXT] });
      const { guard } = target.connect();
      const [one, two] = [await target.open("one"), await target.open("two")];
      const numbers = [one.number, two.number, 9_999];
      const found = await guard.pathsOfPulls?.({ repository: target.repository, numbers });
      expect(found).toEqual([
        { number: one.number, head: one.head, paths: ["tries/one.txt"] },
        { number: two.number, head: two.head, paths: ["tries/two.txt"] },
      ]);
    });

    test("is safe to apply twice: only what has to change is posted", async () => {
      const target = await start({ contexts: [CONTEXT] });
      const { guard } = target.connect();
      const first = await target.open("first");
      const hold = holdOf(target);
      await guard.holdMerges(hold);
      const before = target.faults.writes().length;
      await guard.holdMerges(hold);
      expect(target.faults.writes().length).toBe(before);
      const second = await target.open("second");
      await guard.holdMerges(hold);
      expect(target.faults.writes().slice(before)).toEqual([`POST statuses/${second.head}`]);
      // Renewed: until another time.
      const [freeze] = hold.freezes;
      if (!freeze) throw new Error("It has one.");
      const later = { ...freeze, until: new Date(freeze.until.getTime() + 2 * HOUR_MS) };
      await guard.holdMerges({ ...hold, freezes: [later] });
      expect(target.status(first.head)?.description).toContain(
        `${later.until.toISOString().slice(11, 16)} UTC`,
      );
    });

    test("two freezes at once are both named; the text fits, whatever is in it", async () => {
      const target = await start({ contexts: [CONTEXT] });
      const one = await target.open("one");
      const hold = holdOf(target);
      const [freeze] = hold.freezes;
      if (!freeze) throw new Error("It has one.");
      const long = { ...freeze, id: "F-13", reason: `🎉 so\u0000 bad\n${"x".repeat(300)}` };
      long.until = new Date(freeze.until.getTime() + 60_000);
      long.url = "javascript:alert(1)";
      const answer = await target.connect().guard.holdMerges({ ...hold, freezes: [freeze, long] });
      expect(answer.outcome).toBe("held");
      const description = target.status(one.head)?.description ?? "";
      expect(description).toMatch(/by F-12 and F-13: so bad x+…$/);
      expect(description.length).toBeLessThanOrEqual(140);
    });

    test("a commit may be let through by its SHA", async () => {
      const target = await start({ contexts: [CONTEXT] });
      const { guard } = target.connect();
      const [one, two] = [await target.open("one"), await target.open("two")];
      const hold = holdOf(target, { allowedCommits: [one.head.slice(0, 7), "abc"] });
      await guard.holdMerges(hold);
      expect(target.status(one.head)?.state).toBe("success");
      expect(target.status(two.head)?.state).toBe("failure");
    });

    test("what nobody requires is marked red, but not called held; the command makes it so", async () => {
      const target = await start();
      const { guard } = target.connect();
      const one = await target.open("one");
      const hold = holdOf(target);
      const answer = await guard.holdMerges(hold);
      if (answer.outcome !== "refused") throw new Error(JSON.stringify(answer));
      expect(answer.because).toBe(
        "known-good/freeze isn't a required check of main: 1 open pull request into main is marked red, which warns but stops nobody.",
      );
      expect(answer.who).toBe("an administrator of acme/shop");
      expect(target.status(one.head)?.state).toBe("failure");
      expect(await guard.readMergeHold(hold)).toMatchObject({ state: "absent", by: null });

      const [, json, path] =
        /^echo '(.*)' \| gh api -X POST (\S+) --input -$/.exec(answer.commands[0] ?? "") ?? [];
      expect(await target.sendAsOwner("POST", path ?? "", json ?? "")).toBe(201);
      expect(await guard.holdMerges(hold)).toMatchObject({ outcome: "held" });
      expect(await target.mergeAs("ann", one.number)).toContain(CONTEXT);
      await guard.releaseMerges({ ...hold, freezes: [] });
      expect(await target.mergeAs("ann", one.number)).toBeNull();
    });

    test("a status that is required from another App is not ours to give", async () => {
      const target = await start();
      await target.open("one");
      const required = { required_status_checks: [{ context: CONTEXT, integration_id: 7 }] };
      const parameters = { ...required, strict_required_status_checks_policy: false };
      const rules = [{ type: "required_status_checks", parameters }];
      target.addRuleset({ name: "Others", enforcement: "active", rules });
      const answer = await target.connect({ as: "app" }).guard.holdMerges(holdOf(target));
      expect(answer).toMatchObject({ outcome: "refused" });
      expect(JSON.stringify(answer)).toContain("another App (7)");
    });

    test("somebody who turns it green is named, and it is red again at the next call", async () => {
      const target = await start({ contexts: [CONTEXT] });
      const { guard } = target.connect();
      const one = await target.open("one");
      const hold = holdOf(target);
      await guard.holdMerges(hold);
      target.post(one.head, "success", "mallory");
      expect(await guard.readMergeHold(hold)).toMatchObject({
        state: "absent",
        by: "mallory",
        sentence: `known-good/freeze was turned green on #${one.number}.`,
      });
      await guard.holdMerges(hold);
      expect(await guard.readMergeHold(hold)).toMatchObject({ state: "held" });
      // The requirement itself is taken away.
      target.ask({ contexts: [] });
      expect(await guard.readMergeHold(hold)).toMatchObject({ state: "absent", by: null });
    });

    test("a head that nobody told anything is held as well, and told when nothing is frozen", async () => {
      const target = await start({ contexts: [CONTEXT] });
      const { guard } = target.connect();
      const quiet = holdOf(target, { freezes: [] });
      const one = await target.open("one");
      expect(await guard.readMergeHold(holdOf(target))).toMatchObject({ state: "held" });
      expect(await target.mergeAs("ann", one.number)).toContain(CONTEXT);
      expect(await guard.holdMerges(quiet)).toMatchObject({ outcome: "released" });
      expect(await target.mergeAs("ann", one.number)).toBeNull();
      // Where nobody requires it, heads that we never told anything are left alone.
      target.ask({ contexts: [] });
      const two = await target.open("two");
      await guard.releaseMerges(quiet);
      expect(target.status(two.head)).toBeNull();
    });

    test("merge groups leave the queue, but what is let through is merged from it", async () => {
      const target = await start({ contexts: [CONTEXT], queue: true, checksMs: 20 });
      const { guard } = target.connect();
      const [one, cure] = [await target.open("one"), await target.open("cure")];
      await guard.holdMerges(holdOf(target, { freezes: [] }));
      await target.enqueue(one.number);
      await target.enqueue(cure.number);
      const hold = holdOf(target, { allowedPulls: [cure.number] });
      await expect
        .poll(
          async () => {
            await guard.holdMerges(hold);
            return [target.queued(), target.pull(cure.number).isMerged];
          },
          { timeout: 20_000 },
        )
        .toEqual([[], true]);
      expect(target.pull(one.number)).toMatchObject({ isOpen: true, isMerged: false });
    });

    test("credentials that may not post are named", async () => {
      const target = await start({ contexts: [CONTEXT] });
      await target.open("one");
      const answer = await target.connect({ as: "reader" }).guard.holdMerges(holdOf(target));
      expect(answer).toMatchObject({
        outcome: "refused",
        who: "whoever manages the GitHub token or App of this source",
      });
      expect(JSON.stringify(answer)).toContain("Commit statuses: read and write");
    });

    test("a branch that was deleted is nothing to hold on to", async () => {
      const target = await start();
      const { guard } = target.connect();
      const gone = holdOf(target, { branch: "gone" });
      expect(await errorOf(guard.holdMerges(gone))).toMatchObject({ code: "not-found" });
      expect(await guard.releaseMerges({ ...gone, freezes: [] })).toMatchObject({
        outcome: "released",
      });
    });

    test("a lost answer is read again, not sent again", async () => {
      const target = await start({ contexts: [CONTEXT] });
      const { guard } = target.connect();
      const one = await target.open("one");
      await target.faults.applyThenFail("drop");
      const error = await errorOf(guard.holdMerges(holdOf(target)));
      expect(error.mayHaveActed).toBe(true);
      expect(target.status(one.head)?.state).toBe("failure");
      expect(await guard.holdMerges(holdOf(target))).toMatchObject({ outcome: "held" });
      expect(target.faults.writes()).toEqual([`POST statuses/${one.head}`]);
    });

    test("leaves GitHub's limits enough for the cure, and says how far it came", async () => {
      const target = await start({ contexts: [CONTEXT] });
      let now = Date.now();
      const { guard } = target.connect({ now: () => new Date(now) });
      const count = 125;
      for (let at = 0; at < count; at += 1) await target.open(`many-${at}`);
      const hold = holdOf(target);
      const error = await errorOf(guard.holdMerges(hold));
      expect(error).toMatchObject({ code: "rate-limited", mayHaveActed: false });
      expect(error.sentence).toContain(`120 of ${count} commits were told so far`);
      now = error.retryAt?.getTime() ?? 0;
      expect(await guard.holdMerges(hold)).toMatchObject({ outcome: "held" });
      expect(target.faults.writes().length).toBe(count);
    }, 120_000);

    test("a server that is away or slow is the source's fault, in time", async () => {
      const target = await start({ contexts: [CONTEXT] });
      await target.open("one");
      const { guard } = target.connect({ timeoutSeconds: 0.5 });
      await target.faults.set("hang");
      expect(await errorOf(guard.holdMerges(holdOf(target)))).toMatchObject({
        code: "timeout",
        mayHaveActed: false,
      });
      await target.faults.set("error");
      expect(await errorOf(guard.readMergeHold(holdOf(target)))).toMatchObject({ code: "failed" });
    });
  });

  test(`a source that leaves ${title} alone says so`, async () => {
    const target = await start({ contexts: [CONTEXT] });
    const one = await target.open("one");
    const { guard } = target.connect({ settings: { freeze: { by: "off" } } });
    expect(await guard.holdMerges(holdOf(target))).toMatchObject({ outcome: "refused" });
    expect(await guard.releaseMerges(holdOf(target))).toMatchObject({ outcome: "released" });
    expect(target.status(one.head)).toBeNull();
  });
}
