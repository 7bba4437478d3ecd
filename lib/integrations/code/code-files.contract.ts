import { describe, expect, test } from "vitest";
import { type CodeTarget, pullOf } from "./code.contract";
import { FIRST_FILES } from "./contract-history";

const everything = () => true;
const isSql = (path: string) => path.endsWith(".sql");

/** Files at commits, and how those of two commits differ. */
export function filesContract(prepared: () => CodeTarget): void {
  const between = (target: CodeTarget, from: string, to: string) => ({
    repository: target.repository,
    base: pullOf(target, from).mergeCommit,
    head: pullOf(target, to).mergeCommit,
    prefixes: ["migrations/", "services/pay/db/"],
    wants: isSql,
  });

  describe("files", () => {
    const REWRITTEN = {
      added: [
        {
          path: "migrations/0008_notes.sql",
          content: "-- Größe €\nalter table orders add note text;\n",
        },
        { path: "migrations/0009_nul.sql", content: null },
        {
          path: "services/pay/db/0001 first#1.sql",
          content: "create table payments (id int);\n",
        },
      ],
      edited: [
        { path: "migrations/0001_start.sql", content: "create table baskets (id bigint);\n" },
      ],
      removed: ["migrations/0003_gone.sql"],
      moved: [{ from: "migrations/0002_names.sql", to: "migrations/0006_names.sql" }],
    };

    test("differ by what was added, edited, removed and moved, with the newer content", async () => {
      const target = prepared();
      const source = target.connect();
      const query = between(target, "rebase", "rewritten");
      const { base, head } = query;
      expect(await source.filesChanged(query)).toEqual({
        ...{ base, head, status: "ahead" },
        ...REWRITTEN,
      });
      const narrow = { ...query, prefixes: ["migrations/0008"] };
      const { added, edited, removed, moved } = await source.filesChanged(narrow);
      expect([added.map(({ path }) => path), edited, removed, moved]).toEqual([
        ["migrations/0008_notes.sql"],
        [],
        [],
        [],
      ]);
      const none = await source.filesChanged({ ...query, wants: () => false });
      expect(none).toMatchObject({ added: [], edited: [], removed: [], moved: [] });
    });

    test("differ the other way round, and between lines of history that parted", async () => {
      const target = prepared();
      const source = target.connect();
      const back = await source.filesChanged(between(target, "rewritten", "rebase"));
      expect(back).toMatchObject({
        status: "behind",
        added: [{ path: "migrations/0003_gone.sql", content: expect.stringContaining("index") }],
        edited: [
          { path: "migrations/0001_start.sql", content: "create table baskets (id int);\n" },
        ],
        removed: REWRITTEN.added.map(({ path }) => path),
        moved: [{ from: "migrations/0006_names.sql", to: "migrations/0002_names.sql" }],
      });
      // The branch of a squashed pull request is on no line that the branch it went into has.
      const { headCommit } = await source.pull(
        target.repository,
        pullOf(target, "rewritten").number,
      );
      const parted = await source.filesChanged({
        ...between(target, "rebase-one", "rewritten"),
        base: headCommit,
        prefixes: [""],
        wants: everything,
      });
      expect(parted).toMatchObject({ status: "diverged", added: [], edited: [], removed: [] });
      const alike = await source.filesChanged({
        ...between(target, "squash", "rewritten"),
        base: headCommit,
      });
      expect(alike.status).toBe("diverged");
      expect(alike.added).toEqual([]);
    });

    test("of one commit don't differ, by whatever name it goes", async () => {
      const target = prepared();
      const source = target.connect();
      const query = between(target, "squash", "squash");
      const none = { added: [], edited: [], removed: [], moved: [] };
      expect(await source.filesChanged(query)).toEqual({
        ...{ base: query.base, head: query.head, status: "identical" },
        ...none,
      });
      const short = { ...query, base: query.base.slice(0, 9) };
      expect(await source.filesChanged(short)).toMatchObject({ base: query.base, ...none });
    });

    test("of an unknown commit or repository are told as missing", async () => {
      const target = prepared();
      const source = target.connect();
      const query = between(target, "squash", "rebase");
      for (const other of [
        { base: "f".repeat(40) },
        { head: "no-such-branch" },
        { repository: "nobody/nothing" },
      ])
        await expect(source.filesChanged({ ...query, ...other })).rejects.toMatchObject({
          code: "not-found",
          mayHaveActed: false,
        });
      await expect(source.filesAt(target.repository, "nowhere", ["a"])).rejects.toMatchObject({
        code: "not-found",
      });
    });

    test("are read at a commit by their paths; what isn't there is left out", async () => {
      const target = prepared();
      const source = target.connect();
      const { mergeCommit } = pullOf(target, "squash");
      const path = "migrations/0001_start.sql";
      const paths = [path, "migrations", "none.sql", "../x"];
      expect(await source.filesAt(target.repository, mergeCommit, paths)).toEqual([
        { path, content: FIRST_FILES[path] },
      ]);
      const strange = "services/pay/db/0001 first#1.sql";
      expect(await source.filesAt(target.repository, target.branch, [strange])).toEqual([
        { path: strange, content: "create table payments (id int);\n" },
      ]);
      expect(source.urlOfFile(target.repository, mergeCommit, strange, 3)).toMatch(
        /^https?:.*\/services\/pay\/db\/0001%20first%231\.sql#L3$/,
      );
    });

    test("that were read once cost nothing the second time", async () => {
      const target = prepared();
      const source = target.connect();
      const query = between(target, "rebase", "rewritten");
      await source.filesChanged(query);
      const left = source.rateLimit()?.remaining;
      await source.filesChanged(query);
      expect(source.rateLimit()?.remaining).toBe(left);
    });

    test("of a source that is away are told as its fault, in time", async () => {
      const target = prepared();
      const query = between(target, "squash", "rewritten");
      await target.faults.set("hang");
      const slow = target.connect({ timeoutSeconds: 0.3 });
      await expect(slow.filesChanged(query)).rejects.toMatchObject({ code: "timeout" });
      await target.faults.set("error");
      await expect(target.connect().filesChanged(query)).rejects.toMatchObject({ code: "failed" });
      await target.faults.set("none");
    });
  });
}
