import { mkdir, readFile, rm } from "node:fs/promises";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { FileReader } from "./file-reader.ts";
import { type GitRun, runGit } from "./run-git.ts";

/** What one run of git printed. `code` is its exit status. */
export type GitOutput = { code: number; stdout: string; stderr: string };

export type GitIdentity = { name: string; email: string; at: number };

const FULL_ID = /^[0-9a-f]{40}$/;
const NEEDS_GIT = "The sandbox's GitHub needs the `git` command (2.38 or newer)";

// The user's own configuration (signing, hooks, aliases) must not alter what the sandbox records.
const BASE_ENV: NodeJS.ProcessEnv = {
  NODE_ENV: process.env.NODE_ENV,
  PATH: process.env.PATH,
  SystemRoot: process.env.SystemRoot,
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: devNull,
  GIT_TERMINAL_PROMPT: "0",
};

/** As {@link runGit}; throws when git couldn't be run at all. */
async function ran(run: Omit<GitRun, "env">, env: Record<string, string> = {}) {
  const answer = await runGit({ ...run, env: { ...BASE_ENV, ...env } });
  if (!("failed" in answer)) return answer;
  const { code, message } = answer.failed;
  throw new Error(
    code === "ENOENT"
      ? `${NEEDS_GIT}, which was not found on the PATH. Install git and start again.`
      : message,
  );
}

/** A bare repository on disk, driven by the `git` command. Object ids are 40 hex digits. */
export class GitRepository {
  readonly path: string;
  readonly #blobs = new Map<string, string | null>();
  readonly #commits = new Set<string>();
  readonly #fixed = new Map<string, Promise<GitOutput>>();
  readonly #files = new FileReader((keys) => this.#readBatch(keys));

  constructor(path: string) {
    this.path = path;
  }

  /** Makes an empty bare repository at `path`, replacing a repository left by an earlier run. */
  static async create(path: string, defaultBranch: string): Promise<GitRepository> {
    await rm(path, { recursive: true, force: true });
    await mkdir(dirname(path), { recursive: true });
    const repository = new GitRepository(path);
    const { stdout } = await repository.#exec(["--version"]);
    const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(stdout)?.map(Number) ?? [];
    // `merge-tree --write-tree` came with 2.38.
    if (major < 2 || (major === 2 && minor < 38))
      throw new Error(
        `${NEEDS_GIT}, and this one is ${stdout.trim()}. Update git and start again.`,
      );
    await repository.#exec([
      "init",
      "--quiet",
      "--bare",
      `--initial-branch=${defaultBranch}`,
      path,
    ]);
    return repository;
  }

  /** Runs git in this repository; a status above `allowed` (0 unless told) throws what git said. */
  async run(args: string[], env: Record<string, string> = {}, allowed = 0): Promise<GitOutput> {
    return this.#exec(["--git-dir", this.path, ...args], env, allowed);
  }

  /**
   * As {@link run}, for questions about full object ids alone: objects never change, so neither does
   * the answer, and starting a process for it once is enough.
   */
  runFixed(args: string[], allowed = 0): Promise<GitOutput> {
    const key = args.join("\0");
    let answer = this.#fixed.get(key);
    if (!answer) {
      if (this.#fixed.size >= 2000) this.#fixed.clear();
      answer = this.run(args, {}, allowed);
      this.#fixed.set(key, answer);
      answer.catch(() => this.#fixed.delete(key));
    }
    return answer;
  }

  async #exec(args: string[], env: Record<string, string> = {}, allowed = 0): Promise<GitOutput> {
    const { code, stdout, stderr } = await ran({ args }, env);
    if (code > allowed) {
      const words = args.filter((word) => !word.startsWith("--git-dir")).join(" ");
      throw new Error(`git ${words} failed (${code}): ${stderr.trim()}`);
    }
    return { code, stdout: stdout.toString("utf8"), stderr };
  }

  /** Feeds a stream to `git fast-import`. */
  async fastImport(stream: string, marksFile?: string): Promise<void> {
    const args = ["--git-dir", this.path, "fast-import", "--quiet", "--force", "--done"];
    if (marksFile) args.push(`--export-marks=${marksFile}`);
    const { code, stderr } = await ran({ args, input: `${stream}done\n` });
    if (code !== 0) throw new Error(`git fast-import failed: ${stderr.trim()}`);
  }

  /** The commit a branch, tag or (abbreviated) id names, or null. */
  async resolve(revision: string): Promise<string | null> {
    // A leading dash would be read as an option; the others have a meaning in git's range syntax.
    if (!revision || /^[-^]|\.\.|[\s~:?*[\\]|@\{/.test(revision)) return null;
    // A commit that was there once stays.
    if (this.#commits.has(revision)) return revision;
    const names = FULL_ID.test(revision) ? [revision] : [`refs/heads/${revision}`, revision];
    for (const name of names) {
      const { code, stdout } = await this.run(
        ["rev-parse", "--verify", "--quiet", `${name}^{commit}`],
        {},
        128,
      );
      if (code !== 0) continue;
      const sha = stdout.trim();
      if (this.#commits.size >= 20_000) this.#commits.clear();
      this.#commits.add(sha);
      return sha;
    }
    return null;
  }

  /** The tip of a branch, or null when there is no such branch. */
  async head(branch: string): Promise<string | null> {
    if (!branch || /^[-./]|\.\.|[\s~^:?*[\\]/.test(branch)) return null;
    // Asked at every turn: a ref that has its own file needs no process to be read.
    const file = await readFile(join(this.path, "refs", "heads", branch), "utf8").catch(() => "");
    if (FULL_ID.test(file.trim())) return file.trim();
    const args = ["rev-parse", "--verify", "--quiet", `refs/heads/${branch}`];
    const { code, stdout } = await this.run(args, {}, 128);
    return code === 0 ? stdout.trim() : null;
  }

  /** Moves a ref, only if it still is where the caller saw it (`from` null: must not exist). */
  async moveRef(ref: string, to: string, from: string | null): Promise<void> {
    await this.run(["update-ref", ref, to, from ?? "0".repeat(40)]);
  }

  async deleteRef(ref: string): Promise<void> {
    await this.run(["update-ref", "-d", ref]);
  }

  /** Whether commit `ancestor` is contained in `descendant`; either may be a branch. */
  async isAncestor(ancestor: string, descendant: string): Promise<boolean> {
    const [older, newer] = await Promise.all([this.resolve(ancestor), this.resolve(descendant)]);
    if (!older || !newer) return false;
    return (await this.runFixed(["merge-base", "--is-ancestor", older, newer], 1)).code === 0;
  }

  /** The best common ancestor of two commits, by full ids. */
  async mergeBase(a: string, b: string): Promise<string | null> {
    const { code, stdout } = await this.runFixed(["merge-base", a, b], 1);
    return code === 0 ? stdout.trim() : null;
  }

  /** The text of a file at a commit, or null when the commit has no such file. */
  async readFile(commit: string, path: string): Promise<string | null> {
    const key = `${commit}:${path}`;
    const known = this.#blobs.get(key);
    if (known !== undefined) return known;
    const text = await this.#files.read(key);
    // Commits never change, so neither does the answer; only the number kept is bounded.
    if (this.#blobs.size >= 2000) this.#blobs.clear();
    this.#blobs.set(key, text);
    return text;
  }

  async #readBatch(input: string): Promise<Buffer> {
    const args = ["--git-dir", this.path, "cat-file", "--batch"];
    const { code, stdout, stderr } = await ran({ args, input });
    if (code !== 0) throw new Error(`git cat-file failed (${code}): ${stderr.trim()}`);
    return stdout;
  }

  /** The bytes of a blob by its full id, or null when there is none. */
  async readBlob(id: string): Promise<Buffer | null> {
    const args = ["--git-dir", this.path, "cat-file", "blob", id];
    const { code, stdout } = await ran({ args });
    return code === 0 ? stdout : null;
  }

  /** Writes a commit object for a tree; moves no ref. */
  async writeCommit(
    tree: string,
    parents: string[],
    message: string,
    author: GitIdentity,
    committer: GitIdentity,
  ): Promise<string> {
    const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent])];
    const { stdout } = await this.run([...args, "-m", message], {
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_AUTHOR_DATE: `@${Math.floor(author.at / 1000)} +0000`,
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
      GIT_COMMITTER_DATE: `@${Math.floor(committer.at / 1000)} +0000`,
    });
    return stdout.trim();
  }
}
