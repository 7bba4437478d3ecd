import { readGit } from "../github/read-git.ts";

const KEPT = 100;

/** What controllers read manifests from. */
export type GitSource = {
  /** Commit at the tip of a branch, null when there is no such branch. */
  head(branch: string): Promise<string | null>;
  /** Files below a folder at a commit, by path; throws when the folder isn't there. */
  files(commit: string, folder: string): Promise<{ path: string; text: string }[]>;
  /** Calls back when something was pushed; the answer stops it. */
  onPush(listener: () => void): () => void;
};

/** Reads a bare repository on disk, as a controller's own clone. */
export function gitSource(repositoryDir: () => string, onPush: GitSource["onPush"]): GitSource {
  const git = (...args: string[]) => readGit(repositoryDir(), args);
  // What a commit holds never changes, and controllers ask for it again and again.
  const known = new Map<string, Promise<{ path: string; text: string }[]>>();
  const filesAt = async (commit: string, folder: string) => {
    const within = folder.replace(/^\.\/?/, "").replace(/\/+$/, "") || ".";
    const listed = await git("ls-tree", "-r", "-z", "--name-only", commit, "--", within);
    const paths = listed.split("\0").filter(Boolean);
    if (paths.length === 0) throw new Error(`${folder}: app path does not exist`);
    return Promise.all(
      paths.map(async (path) => ({ path, text: await git("show", `${commit}:${path}`) })),
    );
  };
  return {
    onPush,
    head: (branch) =>
      git("rev-parse", "--verify", "--quiet", `refs/heads/${branch}`).then(
        (text) => text.trim(),
        () => null,
      ),
    files(commit, folder) {
      const key = `${commit}:${folder}`;
      const read = known.get(key) ?? filesAt(commit, folder);
      known.set(key, read);
      if (known.size > KEPT) known.delete(known.keys().next().value ?? "");
      read.catch(() => known.delete(key));
      return read;
    },
  };
}
