import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CodeSource } from "@/lib/integrations/code-source";
import { type CodeTarget, pullOf } from "./code.contract";

const run = promisify(execFile);
const ENV = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_EDITOR: "true",
  GIT_AUTHOR_NAME: "Somebody",
  GIT_AUTHOR_EMAIL: "somebody@example.test",
  GIT_COMMITTER_NAME: "Somebody",
  GIT_COMMITTER_EMAIL: "somebody@example.test",
};

/** A press on the lever for a pull request as it is now. */
export async function pressFor(target: CodeTarget, source: CodeSource, key: string, id: string) {
  const { number } = pullOf(target, key);
  const { headCommit } = await source.pull(target.repository, number);
  return {
    repository: target.repository,
    number,
    seenHead: headCommit,
    restorationId: id,
    incidentId: "INC-9",
    incidentUrl: "https://console.example/incidents/INC-9",
  };
}

async function until<T>(read: () => Promise<T>, isEnough: (value: T) => boolean): Promise<T> {
  for (let turn = 0; ; turn += 1) {
    const value = await read();
    if (isEnough(value) || turn > 100) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function clone(target: CodeTarget) {
  const dir = await mkdtemp(join(tmpdir(), "known-good-clone-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await run("git", ["clone", "--quiet", target.remote, dir], { env: ENV });
  return {
    dir,
    sh: async (line: string) =>
      (await run("sh", ["-c", line], { cwd: dir, env: ENV })).stdout.trim(),
  };
}

/** The revert lever: looked at, pulled once, found again, followed. */
export function revertContract(prepared: () => CodeTarget): void {
  describe("revert", () => {
    test("says what reverting would take back", async () => {
      const target = prepared();
      const source = target.connect();
      const preview = async (key: string) =>
        source.previewRevert(target.repository, pullOf(target, key).number);
      const codes = async (key: string) => (await preview(key)).warnings.map(({ code }) => code);

      const plain = await preview("merge");
      expect(plain).toMatchObject({ existing: null, blockers: [], warnings: [] });
      expect(plain.checks).toContain("The credentials may open pull requests.");
      expect(await codes("squash")).toEqual(["reverts-migration"]);
      expect(await codes("rebase")).toEqual(["reverts-configuration"]);
      expect(await codes("conflicting")).toEqual(["may-conflict"]);
    });

    test("opens one revert, marked, and finds it again instead of opening another", async () => {
      const target = prepared();
      const source = target.connect();
      const press = await pressFor(target, source, "opened", "R-1");
      const before = target.faults.countMutations();
      expect(await source.findRevert(target.repository, press.number, "R-1")).toBeNull();

      const first = await source.revert(press);
      if (first.outcome !== "accepted") throw new Error(JSON.stringify(first));
      expect(first.found).toBe(false);
      const body = await target.body(first.number);
      expect(body).toContain(press.incidentUrl);
      expect(body).toMatch(/^Known-Good-Restoration: R-1$/m);
      expect((await source.pull(target.repository, first.number)).title).toBe(
        'Revert "Add opened"',
      );

      const { number, url } = first;
      expect(await source.revert(press)).toMatchObject({
        outcome: "accepted",
        number,
        found: true,
      });
      // Somebody else's Restoration follows the same revert; the mark stays with the first.
      const other = { ...press, restorationId: "R-11" };
      expect(await source.revert(other)).toMatchObject({
        outcome: "accepted",
        number,
        found: true,
      });
      expect(target.faults.countMutations()).toBe(before + 1);

      expect(await source.findRevert(target.repository, press.number, "R-1")).toMatchObject({
        number,
        url,
      });
      expect(await source.findRevert(target.repository, press.number, "R-11")).toBeNull();
      const preview = await source.previewRevert(target.repository, press.number);
      expect(preview).toMatchObject({ existing: { number, url }, blockers: [] });
    });

    test("five presses at once open one revert", async () => {
      const target = prepared();
      const source = target.connect();
      const press = await pressFor(target, source, "pressed", "R-7");
      const before = target.faults.countMutations();
      const presses = [7, 7, 7, 8, 9].map((id) =>
        source.revert({ ...press, restorationId: `R-${id}` }),
      );
      const answers = await Promise.all(presses);
      const numbers = answers.map((answer) => answer.outcome === "accepted" && answer.number);
      expect(new Set(numbers).size).toBe(1);
      expect(numbers[0]).toBeGreaterThan(press.number);
      expect(target.faults.countMutations()).toBe(before + 1);
    });

    test("acts on what was seen, or not at all", async () => {
      const target = prepared();
      const source = target.connect();
      const press = await pressFor(target, source, "moved", "R-2");
      const before = target.faults.countMutations();
      const answer = await source.revert({ ...press, seenHead: "a".repeat(40) });
      expect(answer).toMatchObject({ outcome: "refused", blocker: { code: "changed" } });
      expect(JSON.stringify(answer)).toContain(press.seenHead.slice(0, 7));
      expect(JSON.stringify(answer)).toContain("aaaaaaa");

      const number = await target.openPull();
      const { headCommit } = await source.pull(target.repository, number);
      const open = await source.revert({ ...press, number, seenHead: headCommit });
      expect(open).toMatchObject({ outcome: "refused", blocker: { code: "not-merged" } });
      const preview = await source.previewRevert(target.repository, number);
      expect(preview.blockers.map(({ code }) => code)).toEqual(["not-merged"]);
      expect(target.faults.countMutations()).toBe(before);
    });

    test("names a token that may only read, and gives the commands instead", async () => {
      const target = prepared();
      const reader = target.connect({ as: "reader" });
      const before = target.faults.countMutations();
      const press = await pressFor(target, reader, "refused", "R-3");
      const preview = await reader.previewRevert(target.repository, press.number);
      expect(preview.blockers).toMatchObject([{ code: "read-only" }]);
      expect(preview.blockers[0]?.who).toMatch(/token/);
      const answer = await reader.revert(press);
      expect(answer).toMatchObject({ outcome: "refused", blocker: { code: "read-only" } });
      expect(target.faults.countMutations()).toBe(before);
    });

    test.each(["merge", "squash", "rebase", "rebase-one"])(
      "gives commands that undo a pull request merged by %s in a real clone",
      async (key) => {
        const target = prepared();
        const { number } = pullOf(target, key);
        const reader = target.connect({ as: "reader" });
        const { blockers, pull } = await reader.previewRevert(target.repository, number);
        const { sh } = await clone(target);
        const was = await sh(`git rev-parse 'HEAD^{tree}'`);
        for (const { path } of pull.files) await sh(`git cat-file -e 'HEAD:${path}'`);
        for (const line of blockers[0]?.commands ?? []) await sh(line);
        const left = (await sh("git ls-tree -r --name-only HEAD")).split("\n");
        for (const { path } of pull.files) expect(left).not.toContain(path);
        // Nothing but this pull request's files is gone.
        for (const { path } of pull.files)
          await sh(`git checkout --quiet origin/HEAD -- '${path}'`);
        expect(await sh("git write-tree")).toBe(was);
        expect(await sh(`git ls-remote origin revert-${number}-by-hand`)).toMatch(/^[0-9a-f]{40}/);
      },
    );

    test("says when the product can't, with commands that work once the conflict is solved", async () => {
      const target = prepared();
      const source = target.connect();
      const answer = await source.revert(await pressFor(target, source, "conflicting", "R-4"));
      if (answer.outcome !== "by-hand") throw new Error(JSON.stringify(answer));
      expect(answer.because).toMatch(/conflict/);
      const { dir, sh } = await clone(target);
      let stopped = 0;
      for (const line of answer.commands) {
        try {
          await sh(line);
        } catch {
          stopped += 1;
          expect(line).toMatch(/^git revert/);
          await writeFile(join(dir, "src/price.ts"), "export const price = () =>\n  100;\n");
          await sh("git add src/price.ts && git revert --continue");
        }
      }
      expect(stopped).toBe(1);
      const { number } = pullOf(target, "conflicting");
      await sh(`git fetch --quiet origin revert-${number}-by-hand`);
      expect(await sh("git show FETCH_HEAD:src/price.ts")).toContain("100");
      expect(await source.findRevert(target.repository, number, "R-4")).toBeNull();
    });

    test("is followed through checks and merge, and not opened again after", async () => {
      const target = prepared();
      const source = target.connect();
      const press = await pressFor(target, source, "followed", "R-5");
      const opened = await source.revert(press);
      if (opened.outcome !== "accepted") throw new Error(JSON.stringify(opened));
      const progress = () => source.revertProgress(target.repository, opened.number);
      const stateOf = ({ stages }: Awaited<ReturnType<typeof progress>>, name: string) =>
        stages.find((stage) => stage.name === name)?.state;

      const first = await progress();
      expect(first.pull).toMatchObject({ number: opened.number, state: "open", mergeCommit: null });
      expect(["waiting", "running"]).toContain(stateOf(first, "Checks"));
      const checked = await until(progress, (now) => stateOf(now, "Checks") === "done");
      expect(stateOf(checked, "Checks")).toBe("done");
      expect(stateOf(checked, "Merge")).toBe("waiting");

      await target.merge(opened.number);
      const merged = await progress();
      expect(merged.pull.state).toBe("merged");
      expect(merged.pull.mergeCommit).toMatch(/^[0-9a-f]{40}$/);
      expect(merged.stages.every(({ state }) => state === "done")).toBe(true);
      for (const { url } of merged.stages) expect(url).toMatch(/^https?:/);

      expect(await source.findRevert(target.repository, press.number, "R-5")).toMatchObject({
        number: opened.number,
      });
      const again = await source.revert({ ...press, restorationId: "R-6" });
      expect(again).toMatchObject({ outcome: "refused", blocker: { code: "already-reverted" } });
      await expect(source.revertProgress(target.repository, 999_999)).rejects.toMatchObject({
        code: "not-found",
      });
    });
  });
}
