import type { GitRepository } from "./git-repository.ts";

/** A commit as git holds it; dates are ISO 8601 in UTC, without fractions. */
export type Commit = {
  sha: string;
  tree: string;
  parents: string[];
  author: { name: string; email: string; date: string };
  committer: { name: string; email: string; date: string };
  message: string;
};

/** One file of a diff. `patch` holds the hunks alone and is absent for binary files and pure renames. */
export type FileChange = {
  path: string;
  previousPath: string | null;
  status: "added" | "removed" | "modified" | "renamed" | "changed";
  blob: string;
  additions: number;
  deletions: number;
  patch: string | undefined;
};

export type LogFilter = {
  path?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  author?: string | undefined;
  skip?: number;
  limit?: number;
};

const FORMAT = ["H", "T", "P", "an", "ae", "at", "cn", "ce", "ct", "B"]
  .map((field) => `%${field}`)
  .join("%x00");
const FIELDS = 10;
const STATUS = { A: "added", D: "removed", M: "modified", R: "renamed", T: "changed" } as const;

/** The tree without files, which every git knows: a first commit is compared with it. */
export const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** ISO 8601 in UTC without fractions, as GitHub writes times. */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function parseLog(text: string): Commit[] {
  const fields = text.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS) {
    const [sha, tree, parents, an, ae, aDate, cn, ce, cDate, message] = fields
      .slice(at, at + FIELDS)
      .map((field) => field ?? "") as [string, ...string[]];
    commits.push({
      sha,
      tree: tree ?? "",
      parents: parents ? parents.split(" ") : [],
      author: { name: an ?? "", email: ae ?? "", date: isoTime(Number(aDate) * 1000) },
      committer: { name: cn ?? "", email: ce ?? "", date: isoTime(Number(cDate) * 1000) },
      message: (message ?? "").trimEnd(),
    });
  }
  return commits;
}

function filterArgs(filter: LogFilter): string[] {
  const args: string[] = [];
  if (filter.since) args.push(`--since=${filter.since}`);
  if (filter.until) args.push(`--until=${filter.until}`);
  if (filter.author) args.push("--fixed-strings", `--author=${filter.author}`);
  return args;
}

/** Reads commits and diffs; what belongs to fixed commits is remembered. */
export class GitHistory {
  readonly #git: GitRepository;
  readonly #commits = new Map<string, Commit>();
  readonly #diffs = new Map<string, Promise<FileChange[]>>();

  constructor(git: GitRepository) {
    this.#git = git;
  }

  /** Commits of `range` (a full id, or `a..b` of full ids), newest first. */
  async log(range: string, filter: LogFilter = {}): Promise<Commit[]> {
    const args = ["log", "-z", `--format=${FORMAT}`, ...filterArgs(filter)];
    if (filter.skip) args.push(`--skip=${filter.skip}`);
    if (filter.limit) args.push(`--max-count=${filter.limit}`);
    const paths = filter.path ? [filter.path] : [];
    const { stdout } = await this.#git.runFixed([...args, range, "--", ...paths]);
    const commits = parseLog(stdout);
    if (this.#commits.size > 5000) this.#commits.clear();
    for (const commit of commits) this.#commits.set(commit.sha, commit);
    return commits;
  }

  /** How many commits {@link log} would list. */
  async count(range: string, filter: LogFilter = {}): Promise<number> {
    const paths = filter.path ? [filter.path] : [];
    const args = ["rev-list", "--count", ...filterArgs(filter), range, "--", ...paths];
    return Number((await this.#git.runFixed(args)).stdout);
  }

  /** Parents of every commit that a ref still holds. */
  async parents(): Promise<Map<string, string[]>> {
    const { stdout } = await this.#git.run(["rev-list", "--parents", "--all"]);
    const lines = stdout.split("\n").map((line) => line.split(" "));
    return new Map(lines.map(([sha = "", ...parents]) => [sha, parents]));
  }

  async commit(sha: string): Promise<Commit> {
    const known = this.#commits.get(sha);
    if (known) return known;
    const [commit] = await this.log(sha, { limit: 1 });
    if (!commit) throw new Error(`No commit ${sha} in ${this.#git.path}.`);
    return commit;
  }

  /** Files that differ from commit (or tree) `from` to `to`, renames found. */
  diff(from: string, to: string): Promise<FileChange[]> {
    const key = `${from}..${to}`;
    let found = this.#diffs.get(key);
    if (!found) {
      if (this.#diffs.size > 500) this.#diffs.clear();
      found = this.#readDiff(from, to);
      this.#diffs.set(key, found);
      found.catch(() => this.#diffs.delete(key));
    }
    return found;
  }

  async #readDiff(from: string, to: string): Promise<FileChange[]> {
    const base = ["diff", "-M", "--no-ext-diff", "--no-color"];
    const [summary, text] = await Promise.all([
      this.#git.run([...base, "--raw", "--numstat", "--abbrev=40", "-z", from, to, "--"]),
      this.#git.run([...base, "-p", from, to, "--"]),
    ]);
    const files = parseSummary(summary.stdout);
    // Lines of a hunk begin with a space, a sign or a backslash, so this start is unambiguous.
    const patches = text.stdout.split(/^diff --git /m).slice(1);
    return files.map((file, index) => {
      const patch = patches[index] ?? "";
      const hunks = patch.search(/^@@ /m);
      return { ...file, patch: hunks < 0 ? undefined : patch.slice(hunks).replace(/\n$/, "") };
    });
  }
}

function parseSummary(text: string): FileChange[] {
  const parts = text.split("\0");
  const files: FileChange[] = [];
  let at = 0;
  while (parts[at]?.startsWith(":")) {
    const [, , from = "", to = "", letter = "M"] = (parts[at] ?? "").split(" ");
    const status = STATUS[letter.charAt(0) as keyof typeof STATUS] ?? "modified";
    const renamed = status === "renamed";
    const first = parts[at + 1] ?? "";
    files.push({
      path: renamed ? (parts[at + 2] ?? "") : first,
      previousPath: renamed ? first : null,
      status,
      blob: status === "removed" ? from : to,
      additions: 0,
      deletions: 0,
      patch: undefined,
    });
    at += renamed ? 3 : 2;
  }
  for (const file of files) {
    const [added = "0", deleted = "0"] = (parts[at] ?? "").split("\t");
    // Binary files are counted as "-" by git and as nothing by GitHub.
    file.additions = Number(added) || 0;
    file.deletions = Number(deleted) || 0;
    at += file.previousPath === null ? 1 : 3;
  }
  return files;
}
