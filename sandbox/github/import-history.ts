import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Person } from "./accounts.ts";
import type { GitIdentity, GitRepository } from "./git-repository.ts";
import type { MergeMethod } from "./pull-request.ts";

/** Files of a change by path; null deletes. */
export type FileEdits = Record<string, string | null>;

/** A pull request of the past, to be imported with its commits. */
export type PastPullRequest = {
  number: number;
  title: string;
  branch: string;
  author: Person;
  mergedBy: Person;
  openedAt: number;
  mergedAt: number;
  method: MergeMethod;
  commits: { message: string; files: FileEdits }[];
};

export type ImportedPullRequest = {
  mergeBase: string;
  headSha: string;
  onto: string;
  mergeSha: string;
};

export const GITHUB_IDENTITY = { name: "GitHub", email: "noreply@github.com" };

/** How a person signs commits. */
export function signature(person: Person, at: number): GitIdentity {
  return { name: person.name, email: person.email, at };
}

function who({ name, email, at }: GitIdentity): string {
  return `${name.replace(/[<>\n]/g, "")} <${email}> ${Math.floor(at / 1000)} +0000`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

function edits(files: FileEdits): string {
  return Object.entries(files)
    .map(([path, text]) => {
      if (/^["/]|["\n]|(^|\/)\.\.?(\/|$)|\/$/.test(path) || !path)
        throw new Error(`"${path}" cannot be a file's path in the sandbox's repository.`);
      return text === null ? `D ${path}\n` : `M 100644 inline ${path}\n${data(text)}`;
    })
    .join("");
}

/** Writes the stream that `git fast-import` reads; commits are named by marks until it has run. */
class ImportStream {
  text = "";
  #marks = 0;

  commit(
    ref: string,
    author: GitIdentity,
    committer: GitIdentity,
    message: string,
    parents: string[],
    files: FileEdits,
  ): string {
    this.#marks += 1;
    const [from, ...merged] = parents;
    this.text += `commit ${ref}\nmark :${this.#marks}\nauthor ${who(author)}\ncommitter ${who(committer)}\n`;
    this.text += data(message);
    if (from) this.text += `from ${from}\n`;
    for (const parent of merged) this.text += `merge ${parent}\n`;
    this.text += edits(files);
    return `:${this.#marks}`;
  }

  async load(git: GitRepository): Promise<(mark: string) => string> {
    const folder = await mkdtemp(join(tmpdir(), "github-marks-"));
    try {
      const file = join(folder, "marks");
      await git.fastImport(this.text, file);
      const lines = (await readFile(file, "utf8")).trim().split("\n");
      const marks = new Map(lines.map((line) => line.split(" ") as [string, string]));
      return (mark) => marks.get(mark) ?? mark;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Commits `files` on top of `parent`, if any, and points `ref` there. Returns the new commit's id. */
export async function commitFiles(
  git: GitRepository,
  ref: string,
  parent: string | null,
  author: GitIdentity,
  commits: { message: string; files: FileEdits }[],
): Promise<string> {
  const stream = new ImportStream();
  let tip = parent;
  for (const { message, files } of commits)
    tip = stream.commit(ref, author, author, message, tip ? [tip] : [], files);
  const idOf = await stream.load(git);
  if (!tip) throw new Error("There is nothing to commit.");
  return idOf(tip);
}

/** The message GitHub proposes for a merge or squash commit. */
export function mergeMessage(
  owner: string,
  pull: { number: number; title: string; headRef: string },
  method: "merge" | "squash",
  commits: string[],
): string {
  if (method === "merge")
    return `Merge pull request #${pull.number} from ${owner}/${pull.headRef}\n\n${pull.title}`;
  const list = commits.length > 1 ? `\n\n${commits.map((line) => `* ${line}`).join("\n\n")}` : "";
  return `${pull.title} (#${pull.number})${list}`;
}

/**
 * Imports merged pull requests with real, back-dated commits, in order of merging. Each branch starts
 * from what the default branch was when it was opened, unless somebody else altered its files since:
 * then from the newest tip, as after an update of the branch.
 */
export async function importHistory(
  git: GitRepository,
  place: { owner: string; branch: string; tip: string | null },
  root: { files: FileEdits; author: Person; at: number },
  pulls: PastPullRequest[],
): Promise<Map<number, ImportedPullRequest>> {
  const stream = new ImportStream();
  const ref = `refs/heads/${place.branch}`;
  const first = signature(root.author, root.at);
  let tip =
    place.tip && Object.keys(root.files).length === 0
      ? place.tip
      : stream.commit(
          ref,
          first,
          first,
          "Initial commit",
          place.tip ? [place.tip] : [],
          root.files,
        );
  const tips = [{ mark: tip, at: Number.NEGATIVE_INFINITY, paths: new Set<string>() }];
  const marks = new Map<number, ImportedPullRequest>();

  for (const pull of [...pulls].sort((a, b) => a.mergedAt - b.mergedAt)) {
    const paths = new Set(pull.commits.flatMap((commit) => Object.keys(commit.files)));
    const later = tips.filter((known) => known.at > pull.openedAt);
    const overlaps = later.some((known) => [...known.paths].some((path) => paths.has(path)));
    const base = overlaps
      ? tip
      : (tips.findLast((known) => known.at <= pull.openedAt)?.mark ?? tip);
    const authored = signature(pull.author, pull.openedAt);

    let head = base;
    for (const { message, files } of pull.commits) {
      const pullRef = `refs/pull/${pull.number}/head`;
      head = stream.commit(pullRef, authored, authored, message, [head], files);
    }

    const onto = tip;
    const whole: FileEdits = Object.assign({}, ...pull.commits.map((commit) => commit.files));
    const github = { ...GITHUB_IDENTITY, at: pull.mergedAt };
    const subjects = pull.commits.map(({ message }) => message.split("\n")[0] ?? "");
    const named = { number: pull.number, title: pull.title, headRef: pull.branch };
    if (pull.method === "rebase") {
      const committer = signature(pull.mergedBy, pull.mergedAt);
      for (const { message, files } of pull.commits)
        tip = stream.commit(ref, authored, committer, message, [tip], files);
    } else {
      const message = mergeMessage(place.owner, named, pull.method, subjects);
      const author =
        pull.method === "merge"
          ? signature(pull.mergedBy, pull.mergedAt)
          : signature(pull.author, pull.mergedAt);
      const parents = pull.method === "merge" ? [tip, head] : [tip];
      tip = stream.commit(ref, author, github, message, parents, whole);
    }
    tips.push({ mark: tip, at: pull.mergedAt, paths });
    marks.set(pull.number, { mergeBase: base, headSha: head, onto, mergeSha: tip });
  }

  const idOf = await stream.load(git);
  return new Map(
    [...marks].map(([number, { mergeBase, headSha, onto, mergeSha }]) => [
      number,
      {
        mergeBase: idOf(mergeBase),
        headSha: idOf(headSha),
        onto: idOf(onto),
        mergeSha: idOf(mergeSha),
      },
    ]),
  );
}
