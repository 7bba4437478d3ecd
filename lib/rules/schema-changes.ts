import * as z from "zod";
import type { SchemaFinding } from "@/lib/contracts/schema-judgement";
import { readLayout } from "./judge-migrations/layouts";

const File = z.object({ path: z.string(), content: z.string().nullable() });

/** Migration files that the live version has and the one that would come back hasn't, or has otherwise. */
export const SchemaChanges = z.object({
  /** Full commits; `base` is null where what comes back is a pull request's own beginning. */
  base: z.string().nullable(),
  head: z.string(),
  /** `behind`: what would come back is the newer one; its own migrations ran when it was live. */
  status: z.enum(["ahead", "behind", "diverged", "identical"]),
  added: z.array(File),
  edited: z.array(File),
  removed: z.array(z.string()),
  moved: z.array(z.object({ from: z.string(), to: z.string() })),
});
export type SchemaChanges = z.infer<typeof SchemaChanges>;

/**
 * Longer files aren't read, nor more than so much of all together: parsing takes seconds then, in which
 * the server answers nobody. They are dumps and seeds, which say little about the older version.
 */
const LONGEST_FILE = 200_000;
const MOST_CHARACTERS = 1_000_000;

/** Flyway runs such a file again whenever its text has changed. */
const REPEATABLE = /(^|\/)R__[^/]+\.sql$/;

/** What the judge is given: new files, and edited ones that their tool has run again. */
export function filesToJudge(changes: SchemaChanges): { path: string; content: string }[] {
  let left = MOST_CHARACTERS;
  return texts(changes).filter(({ content }) => {
    const isRead = content.length <= Math.min(LONGEST_FILE, left);
    if (isRead) left -= content.length;
    return isRead;
  });
}

function texts(changes: SchemaChanges): { path: string; content: string }[] {
  const again = changes.edited.filter(({ path }) => REPEATABLE.test(path));
  return [...changes.added, ...again].flatMap(({ path, content }) =>
    content === null ? [] : [{ path, content }],
  );
}

/** What can't be told from the new files' text: files edited or gone, and those that aren't text. */
export function findingsBeside(changes: SchemaChanges): SchemaFinding[] {
  const unread = changes.added.filter(({ path, content }) => content === null && isUp(path, ""));
  const read = new Set(filesToJudge(changes).map(({ path }) => path));
  const long = texts(changes).filter(({ path }) => !read.has(path) && isUp(path, ""));
  const edited = changes.edited.filter(
    ({ path, content }) => !REPEATABLE.test(path) && isUp(path, content ?? ""),
  );
  const removed = changes.status === "behind" ? [] : changes.removed.filter((one) => isUp(one, ""));
  return [
    ...unread.map(({ path }) =>
      finding("not-text", path, `${nameOf(path)} isn’t text, or is longer than 1 MB.`),
    ),
    ...long.map(({ path }) =>
      finding("too-long", path, `${nameOf(path)} is too long to be read, or all of them together.`),
    ),
    ...edited.map(({ path }) =>
      finding(
        "edited-migration",
        path,
        `${nameOf(path)} was edited after it was written: which of its texts the database ran isn’t known.`,
      ),
    ),
    ...removed.map((path) =>
      finding(
        "removed-migration",
        path,
        `${nameOf(path)} is no longer in the repository: whether it still holds in the database isn’t known.`,
      ),
    ),
  ];
}

/** Whether the tool would run the file on the way up. */
export function isUp(path: string, content: string): boolean {
  return readLayout([{ path, content }]).migrations.length > 0;
}

function nameOf(path: string): string {
  return path.split("/").slice(-2).join("/");
}

function finding(rule: string, path: string, sentence: string): SchemaFinding {
  return { rule, class: "UNREADABLE", verdict: "unknown", path, line: 1, statement: "", sentence };
}
