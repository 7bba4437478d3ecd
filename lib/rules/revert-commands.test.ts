import { describe, expect, test } from "vitest";
import { type RevertByHand, revertCommands } from "./revert-commands";

const TIP = "b".repeat(40);
const BEFORE = "a".repeat(40);
const pull: RevertByHand = {
  number: 42,
  base: "main",
  method: "squash",
  mergeCommit: TIP,
  before: BEFORE,
  openAt: null,
};
const reverts = (changes: Partial<RevertByHand>) =>
  revertCommands({ ...pull, ...changes }).filter((line) => line.startsWith("git revert"));

describe("revertCommands", () => {
  test("starts a branch from the base as it is now, and pushes it", () => {
    const openAt = (branch: string) => `https://example.test/compare/main...${branch}`;
    expect(revertCommands({ ...pull, openAt })).toEqual([
      "git fetch origin main",
      "git switch --no-track -c revert-42-by-hand FETCH_HEAD",
      `git revert --no-edit ${TIP}`,
      "# If git stops at a conflict: edit the files, git add them, then git revert --continue",
      "git push -u origin revert-42-by-hand",
      "# Open the pull request: https://example.test/compare/main...revert-42-by-hand",
    ]);
  });

  test("reverts what the merge method made", () => {
    expect(reverts({ method: "merge" })).toEqual([`git revert --no-edit -m 1 ${TIP}`]);
    expect(reverts({ method: "squash" })).toEqual([`git revert --no-edit ${TIP}`]);
    expect(reverts({ method: "rebase" })).toEqual([`git revert --no-edit ${BEFORE}..${TIP}`]);
    expect(reverts({ method: "rebase", before: null })).toEqual([`git revert --no-edit ${TIP}`]);
  });

  test("says what to look for when the method isn't known", () => {
    const lines = revertCommands({ ...pull, method: null });
    expect(lines.join("\n")).toMatch(/# .*-m 1\ngit revert --no-edit b{40}/);
  });

  test("a branch's name can't become a command", () => {
    const [fetch] = revertCommands({ ...pull, base: "it's;$(reboot)&`x`" });
    expect(fetch).toBe("git fetch origin 'it'\\''s;$(reboot)&`x`'");
  });
});
