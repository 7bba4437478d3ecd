import "server-only";
import { createHash } from "node:crypto";
import type { MergedFile } from "@/lib/contracts/change";
import type { CodeSource } from "@/lib/integrations/code-source";
import type { MigrationScope } from "@/lib/rules/migration-scope";
import type { SchemaChanges } from "@/lib/rules/schema-changes";

export type Place = { source: string; repository: string };

/** Which migrations are at issue: a question that is put to a code source once, and known by its key. */
export type Question = Place & {
  key: string;
  ask: (code: CodeSource) => Promise<SchemaChanges>;
};

/** What the live commit has and the one that would come back hasn't. */
export function betweenCommits(
  place: Place,
  scope: MigrationScope,
  commits: { from: string; to: string },
): Question {
  const { from, to } = commits;
  return {
    ...place,
    key: keyOf(place, scope, ["commits", from, to]),
    async ask(code) {
      const { prefixes, wants } = scope;
      const { repository } = place;
      return code.filesChanged({ repository, base: from, head: to, prefixes, wants });
    },
  };
}

/** A pull request as far as its migrations go. */
export type PullFiles = {
  number: number;
  headCommit: string;
  mergeCommit: string | null;
  files: MergedFile[];
  /** It takes another one back: what it removes had been run before. */
  isRevert: boolean;
};

/** The key of what a merged pull request brought; its head stands for its files. */
export function pullKey(
  place: Place,
  scope: MigrationScope,
  pull: Pick<PullFiles, "number" | "headCommit">,
): string {
  return keyOf(place, scope, ["pull", String(pull.number), pull.headCommit]);
}

/** What a merged pull request brought; reverted, its files go and what they did stays. */
export function withinPull(place: Place, scope: MigrationScope, pull: PullFiles): Question {
  const files = pull.files.filter(({ path }) => scope.wants(path));
  const paths = (...statuses: string[]) =>
    files.filter(({ status }) => statuses.includes(status)).map(({ path }) => path);
  const isSame = ({ additions, deletions }: MergedFile) => additions + deletions === 0;
  const head = pull.mergeCommit ?? pull.headCommit;
  return {
    ...place,
    key: pullKey(place, scope, pull),
    async ask(code) {
      const added = paths("added", "copied");
      const edited = files.filter(
        (file) =>
          ["modified", "changed"].includes(file.status) ||
          (file.status === "renamed" && !isSame(file)),
      );
      const read = await code.filesAt(place.repository, head, [
        ...added,
        ...edited.map(({ path }) => path),
      ]);
      const textOf = (path: string) => ({
        path,
        content: read.find((one) => one.path === path)?.content ?? null,
      });
      return {
        base: null,
        head,
        status: pull.isRevert ? "behind" : "ahead",
        added: added.map(textOf),
        edited: edited.map(({ path }) => textOf(path)),
        removed: paths("removed"),
        moved: [],
      };
    },
  };
}

function keyOf(place: Place, scope: MigrationScope, of: string[]): string {
  const text = JSON.stringify([
    place.source,
    place.repository,
    scope.prefixes,
    scope.isGuessed,
    ...of,
  ]);
  return createHash("sha256").update(text).digest("base64url");
}
