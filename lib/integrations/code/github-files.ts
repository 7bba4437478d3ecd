import type { CodeSource, FileChanges, FileText } from "@/lib/integrations/code-source";
import { SourceError } from "@/lib/integrations/source-error";
import { type GitHubClient, parseRepository } from "./github-client";
import { isRef, resolveCommit } from "./github-commits";
import { Blob, Content, FileComparison } from "./github-file-schemas";
import { listFiles } from "./github-trees";

/** GitHub gives so many files of a comparison and no more. */
const COMPARED_FILES = 300;
/** Files read for one answer, and requests under way at once: GitHub slows down who asks for more. */
const MAX_FILES = 300;
const AT_ONCE = 6;
const MAX_CHARACTERS = 1_000_000;
/** Of all files of one answer together: they are kept, and judged in one go. */
const MAX_TOTAL = 8_000_000;

/** What differs, with the blobs to read. */
type Difference = {
  added: Map<string, string>;
  edited: Map<string, string>;
  removed: string[];
  moved: FileChanges["moved"];
};

type Query = Parameters<CodeSource["filesChanged"]>[0];

/** See CodeSource. */
export async function filesChanged(client: GitHubClient, query: Query): Promise<FileChanges> {
  const { repository } = query;
  const [base, head] = await Promise.all([
    fullCommit(client, repository, query.base),
    fullCommit(client, repository, query.head),
  ]);
  const compared = await compareFiles(client, repository, base, head);
  const isTold = compared.status === "ahead" && compared.files.length < COMPARED_FILES;
  const difference =
    isTold || compared.status === "identical"
      ? ofComparison(compared, query)
      : await ofTrees(client, query, base, head);
  const count = difference.added.size + difference.edited.size;
  if (count > MAX_FILES)
    throw new SourceError(
      "invalid",
      `${count} files of ${repository} differ between ${base.slice(0, 7)} and ${head.slice(0, 7)}: more than ${MAX_FILES} aren't read.`,
    );
  const [added, edited] = await Promise.all([
    readBlobs(client, repository, difference.added),
    readBlobs(client, repository, difference.edited),
  ]);
  const total = [...added, ...edited].reduce((sum, one) => sum + (one.content?.length ?? 0), 0);
  if (total > MAX_TOTAL)
    throw new SourceError(
      "invalid",
      `The files of ${repository} that differ between ${base.slice(0, 7)} and ${head.slice(0, 7)} are ${Math.round(total / 1_000_000)} MB long: that much isn't read.`,
    );
  return {
    base,
    head,
    status: compared.status,
    added,
    edited,
    removed: difference.removed.sort(),
    moved: difference.moved.sort((a, b) => (a.to < b.to ? -1 : 1)),
  };
}

async function fullCommit(client: GitHubClient, repository: string, ref: string): Promise<string> {
  // A full commit needs no request; what it isn't known by is told by the comparison.
  if (/^[0-9a-f]{40}$/.test(ref)) return ref;
  const commit = await resolveCommit(client, repository, ref);
  if (commit) return commit;
  throw new SourceError("not-found", `GitHub has no commit ${ref} in ${repository}.`);
}

async function compareFiles(
  client: GitHubClient,
  repository: string,
  base: string,
  head: string,
): Promise<FileComparison> {
  const { owner, repo } = parseRepository(repository);
  const parameters = { owner, repo, basehead: `${base}...${head}`, per_page: 1, page: 1 };
  const what = `what changed in ${repository} between ${base.slice(0, 7)} and ${head.slice(0, 7)}`;
  const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
  return (await client.read(FileComparison, what, owner, route, parameters)).data;
}

function isWanted({ prefixes, wants }: Query, path: string): boolean {
  return prefixes.some((prefix) => path.startsWith(prefix)) && wants(path);
}

/** Where head contains base and all files are told, a comparison is all there is to ask. */
function ofComparison({ files }: FileComparison, query: Query): Difference {
  const difference: Difference = { added: new Map(), edited: new Map(), removed: [], moved: [] };
  for (const { path, previousPath, status, blob, lines } of files) {
    const was = status === "renamed" ? previousPath : null;
    const isHere = isWanted(query, path);
    const wasHere = was !== null && isWanted(query, was);
    if (status === "removed" && isHere) difference.removed.push(path);
    if (wasHere && isHere && lines === 0) {
      difference.moved.push({ from: was, to: path });
      continue;
    }
    if (wasHere) difference.removed.push(was);
    if (!isHere || blob === null) continue;
    if (status === "added" || status === "copied" || status === "renamed")
      difference.added.set(path, blob);
    if (status === "modified" || status === "changed") difference.edited.set(path, blob);
  }
  return difference;
}

async function ofTrees(
  client: GitHubClient,
  query: Query,
  base: string,
  head: string,
): Promise<Difference> {
  const [before, after] = await Promise.all(
    [base, head].map((commit) => listFiles(client, query.repository, commit, query.prefixes)),
  );
  const difference: Difference = { added: new Map(), edited: new Map(), removed: [], moved: [] };
  const gone = new Map<string, string[]>();
  for (const [path, blob] of before ?? []) {
    if (!isWanted(query, path) || after?.has(path)) continue;
    gone.set(blob, [...(gone.get(blob) ?? []), path]);
  }
  for (const [path, blob] of after ?? []) {
    if (!isWanted(query, path)) continue;
    const was = before?.get(path);
    if (was === blob) continue;
    if (was !== undefined) difference.edited.set(path, blob);
    else {
      const from = gone.get(blob)?.shift();
      if (from === undefined) difference.added.set(path, blob);
      else difference.moved.push({ from, to: path });
    }
  }
  difference.removed = [...gone.values()].flat();
  return difference;
}

/** Does `work` for each item, a few at a time, in their order. */
async function forEach<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++)
      done[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
  return done;
}

function readBlobs(
  client: GitHubClient,
  repository: string,
  blobs: ReadonlyMap<string, string>,
): Promise<FileText[]> {
  const { owner, repo } = parseRepository(repository);
  const ordered = [...blobs].sort(([a], [b]) => (a < b ? -1 : 1));
  return forEach(ordered, async ([path, file_sha]) => {
    const parameters = { owner, repo, file_sha };
    const route = "GET /repos/{owner}/{repo}/git/blobs/{file_sha}";
    const { data } = await client.read(Blob, `${path} of ${repository}`, owner, route, parameters);
    return { path, content: textOf(data) };
  });
}

/** Text in UTF-8 as editors show it, or null. */
function textOf({ content, encoding }: { content: string; encoding: string }): string | null {
  // GitHub leaves the content out ("none") where the file is too long for it.
  if (encoding !== "base64" || content.length > MAX_CHARACTERS * 1.5) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(content, "base64"));
    return text.length > MAX_CHARACTERS || text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

/** See CodeSource. */
export async function filesAt(
  client: GitHubClient,
  repository: string,
  ref: string,
  paths: string[],
): Promise<FileText[]> {
  const { owner, repo } = parseRepository(repository);
  if (!isRef(ref))
    throw new SourceError("invalid", "A commit's or branch's name isn't one of git.");
  if (paths.length > MAX_FILES)
    throw new SourceError("invalid", `More than ${MAX_FILES} files aren't read at once.`);
  const read = await forEach([...new Set(paths)].sort(), async (path) => {
    const parameters = { owner, repo, path, ref };
    const route = "GET /repos/{owner}/{repo}/contents/{path}";
    try {
      const what = `${path} of ${repository} at ${ref.slice(0, 40)}`;
      const { data } = await client.read(Content, what, owner, route, parameters);
      return data ? [{ path, content: textOf(data) }] : [];
    } catch (error) {
      if (error instanceof SourceError && error.code === "not-found") return [];
      throw error;
    }
  });
  const files = read.flat();
  // No such file, or no such commit or repository: only the first is an answer.
  if (files.length < paths.length && (await resolveCommit(client, repository, ref)) === null)
    throw new SourceError("not-found", `GitHub has no commit ${ref} in ${repository}.`);
  return files;
}

/** See CodeSource. */
export function urlOfFile(
  client: GitHubClient,
  repository: string,
  commit: string,
  path: string,
  line: number,
): string {
  const where = path.split("/").map(encodeURIComponent).join("/");
  return `${client.webUrl}/${repository}/blob/${encodeURIComponent(commit)}/${where}#L${line}`;
}
