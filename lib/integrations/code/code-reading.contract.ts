import { describe, expect, test } from "vitest";
import { findFlagKeys } from "@/lib/rules/find-flag-keys";
import { type CodeTarget, pullOf } from "./code.contract";
import { HISTORY, NASTY_TITLE } from "./contract-history";

const LONG_AGO = new Date(0);
const NONE: ReadonlySet<number> = new Set();

/** Reading: what was merged, how, and what lies between two commits. */
export function readingContract(prepared: () => CodeTarget): void {
  const everything = (target: CodeTarget) => ({
    repository: target.repository,
    branch: target.branch,
    since: LONG_AGO,
    limit: 100,
    known: NONE,
  });

  describe("reading", () => {
    test("answers when reachable and authorised", async () => {
      const { connect } = prepared();
      expect((await connect().check()).version).toMatch(/\S/);
      await expect(connect({ as: "stranger" }).check()).rejects.toMatchObject({
        code: "unauthorized",
        mayHaveActed: false,
      });
    });

    test("lists what was merged, newest first, with files, labels and method", async () => {
      const target = prepared();
      const observed = await target.connect().mergedSince(everything(target));
      const expected = HISTORY.toReversed().map(
        ({ key, title, labels, method, commits, listed }) => ({
          repository: target.repository,
          number: pullOf(target, key).number,
          mergeCommit: pullOf(target, key).mergeCommit,
          title,
          labels,
          method,
          state: "merged",
          base: target.branch,
          files: (listed ?? commits.flatMap(({ files }) => Object.keys(files))).sort(),
        }),
      );
      const seen = observed.map((pull) => ({
        repository: pull.repository,
        number: pull.number,
        mergeCommit: pull.mergeCommit,
        title: pull.title,
        labels: pull.labels,
        method: pull.method,
        state: pull.state,
        base: pull.base,
        files: pull.files.map(({ path }) => path).sort(),
      }));
      expect(seen).toEqual(expected);
      const merged = observed.find(({ number }) => number === pullOf(target, "merge").number);
      expect(findFlagKeys(merged?.diff ?? "", ["basket", "new-basket", "new"])).toContain(
        "new-basket",
      );
      expect(merged?.files).toContainEqual({
        path: "src/basket.ts",
        status: "added",
        additions: 1,
        deletions: 0,
      });
    });

    test("leaves out what is known, too old or too much", async () => {
      const target = prepared();
      const source = target.connect();
      const all = await source.mergedSince(everything(target));
      const [first, second, third] = all;
      const known = new Set(first ? [first.number] : []);
      const rest = await source.mergedSince({ ...everything(target), known, limit: 2 });
      expect(rest.map(({ number }) => number)).toEqual([second?.number, third?.number]);

      const since = new Date(third?.updatedAt ?? 0);
      const recent = await source.mergedSince({ ...everything(target), since });
      expect(recent.map(({ number }) => number)).toEqual(
        all.slice(0, 3).map(({ number }) => number),
      );
      const other = { ...everything(target), branch: "no-such-branch" };
      expect(await source.mergedSince(other)).toEqual([]);
    });

    test("costs nothing when nothing changed", async () => {
      const target = prepared();
      const source = target.connect();
      const before = await source.mergedSince(everything(target));
      const left = source.rateLimit()?.remaining;
      expect(left).toBeGreaterThan(0);
      expect(await source.mergedSince(everything(target))).toEqual(before);
      expect(source.rateLimit()?.remaining).toBe(left);
    });

    test("passes nasty text through unharmed, and links only to the web", async () => {
      const target = prepared();
      const pull = await target.connect().pull(target.repository, pullOf(target, "nasty").number);
      expect(pull.title).toBe(NASTY_TITLE);
      expect(pull.url).toMatch(/^https?:\/\//);
      expect(target.connect().urlOf(target.repository, 7)).toMatch(/^https?:.*\/pull\/7$/);
    });

    test("reads an open pull request, and says when there is none", async () => {
      const target = prepared();
      const number = await target.openPull();
      const source = target.connect();
      expect(await source.pull(target.repository, number)).toMatchObject({
        state: "open",
        mergedAt: null,
        mergeCommit: null,
        method: null,
      });
      const listed = await source.mergedSince(everything(target));
      expect(listed.map((pull) => pull.number)).not.toContain(number);
      await expect(source.pull(target.repository, 999_999)).rejects.toMatchObject({
        code: "not-found",
      });
    });

    test("compares commits, oldest first", async () => {
      const target = prepared();
      const source = target.connect();
      const squash = pullOf(target, "squash").mergeCommit;
      const rebase = pullOf(target, "rebase").mergeCommit;
      const forward = await source.compare(target.repository, squash, rebase);
      expect(forward.status).toBe("ahead");
      expect(forward.commits.map(({ message }) => message.split("\n")[0])).toEqual([
        "Count stock",
        "Name stock",
        "Configure stock",
      ]);
      expect(forward.commits.at(-1)?.sha).toBe(rebase);
      const back = await source.compare(target.repository, rebase, squash);
      expect(back).toEqual({ status: "behind", commits: [] });
      const same = await source.compare(target.repository, squash, squash);
      expect(same).toEqual({ status: "identical", commits: [] });
      await expect(source.compare(target.repository, squash, "f".repeat(40))).rejects.toMatchObject(
        { code: "not-found" },
      );
    });

    test("resolves branches and shortened commits, and nothing else", async () => {
      const target = prepared();
      const source = target.connect();
      const resolve = (ref: string) => source.resolveCommit(target.repository, ref);
      const { mergeCommit } = pullOf(target, "merge");
      expect(await resolve(mergeCommit)).toBe(mergeCommit);
      expect(await resolve(mergeCommit.slice(0, 9))).toBe(mergeCommit);
      expect(await resolve(target.branch)).toMatch(/^[0-9a-f]{40}$/);
      for (const ref of [
        "nowhere",
        "f".repeat(40),
        "",
        "..",
        "../../x",
        "-x",
        "a b",
        "a..b",
        "x\n",
      ])
        expect(await resolve(ref), ref).toBeNull();
      await expect(source.resolveCommit("nobody/nothing", "main")).rejects.toMatchObject({
        code: "not-found",
      });
    });

    test("refuses names that are not a repository's before asking", async () => {
      const target = prepared();
      const source = target.connect();
      const asked = target.faults.countRequests();
      for (const name of ["", "shop", "a/b/c", "../x", "a/..", "a/b?x", "a/b#c", "a b/c"])
        await expect(source.pull(name, 1), name).rejects.toMatchObject({ code: "invalid" });
      expect(target.faults.countRequests()).toBe(asked);
    });
  });
}
