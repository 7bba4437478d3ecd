import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { Tree } from "./github-file-schemas";

/** Blobs by their path in the repository. */
export type Listing = Map<string, string>;

async function readTree(
  client: GitHubClient,
  repository: string,
  sha: string,
  isWhole: boolean,
): Promise<{ isCut: boolean; entries: { path: string; type: string; sha: string }[] }> {
  const { owner, repo } = parseRepository(repository);
  const parameters = { owner, repo, tree_sha: sha, ...(isWhole ? { recursive: "1" } : {}) };
  const what = `the files of ${repository} at ${sha.slice(0, 7)}`;
  const route = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}";
  return (await client.read(Tree, what, owner, route, parameters)).data;
}

/** The folder that holds everything under a prefix: "db/migrate/2" lies in "db/migrate". */
function folderOf(prefix: string): string[] {
  return prefix.split("/").slice(0, -1).filter(Boolean);
}

/** Folders that hold all prefixes, none of them inside another. */
export function foldersOf(prefixes: readonly string[]): string[][] {
  const folders = [...new Set(prefixes.map((prefix) => folderOf(prefix).join("/")))];
  const outermost = folders.filter((one) =>
    folders.every((other) => other === one || (other !== "" && !one.startsWith(`${other}/`))),
  );
  return (folders.includes("") ? [""] : outermost).map((folder) =>
    folder.split("/").filter(Boolean),
  );
}

/** The tree of one folder at a commit; null when the commit has no such folder. */
async function findFolder(
  client: GitHubClient,
  repository: string,
  commit: string,
  folder: string[],
): Promise<string | null> {
  let sha = commit;
  for (const name of folder) {
    const { entries } = await readTree(client, repository, sha, false);
    const next = entries.find((entry) => entry.type === "tree" && entry.path === name);
    if (!next) return null;
    sha = next.sha;
  }
  return sha;
}

/**
 * Every file under the prefixes at a commit. Trees are read instead of a comparison's list of files,
 * which GitHub cuts at 300 and makes from where two lines of history parted.
 */
export async function listFiles(
  client: GitHubClient,
  repository: string,
  commit: string,
  prefixes: readonly string[],
): Promise<Listing> {
  const files: Listing = new Map();
  for (const folder of foldersOf(prefixes)) {
    const sha = await findFolder(client, repository, commit, folder);
    if (sha === null) continue;
    const { entries, isCut } = await readTree(client, repository, sha, true);
    if (isCut) {
      const where = folder.length > 0 ? `the folder ${folder.join("/")} of ` : "";
      throw new SourceError(
        "invalid",
        `GitHub doesn't list all files of ${where}${repository}: there are too many. Name the folders of its migrations.`,
      );
    }
    for (const { path, type, sha: blob } of entries) {
      const whole = [...folder, path].join("/");
      if (type === "blob" && prefixes.some((prefix) => whole.startsWith(prefix)))
        files.set(whole, blob);
    }
  }
  return files;
}
