import type { Answer, Exchange } from "../exchange.ts";
import { notFound, repositoryOf } from "../exchange.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { Route } from "../router.ts";
import type { Site } from "../site.ts";
import { fullRepositoryView } from "./repository-view.ts";

const BASE = "/repos/:owner/:repo";

type Entry = { kind: string; sha: string; size: number; path: string };

async function listTree(
  repository: HostedRepository,
  commit: string,
  path: string,
): Promise<Entry[]> {
  const paths = path ? [path] : [];
  const { stdout } = await repository.git.run(["ls-tree", "-z", "-l", commit, "--", ...paths]);
  return stdout
    .split("\0")
    .filter(Boolean)
    .map((line) => {
      const [meta = "", name = ""] = line.split("\t");
      const [, kind = "", sha = "", size = "0"] = meta.split(/ +/);
      return { kind, sha, size: Number(size) || 0, path: name };
    });
}

function entryView(
  site: Site,
  repository: HostedRepository,
  entry: Entry,
  ref: string,
): Record<string, unknown> {
  const path = entry.path.split("/").map(encodeURIComponent).join("/");
  const api = `${site.apiUrl}/repos/${repository.fullName}`;
  const folder = entry.kind === "tree";
  const self = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const git = `${api}/git/${folder ? "trees" : "blobs"}/${entry.sha}`;
  const html = `${site.url}/${repository.fullName}/${folder ? "tree" : "blob"}/${ref}/${path}`;
  return {
    name: entry.path.split("/").at(-1),
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    url: self,
    html_url: html,
    git_url: git,
    download_url: folder ? null : `${site.url}/${repository.fullName}/raw/${ref}/${path}`,
    type: folder ? "dir" : "file",
    _links: { self, git, html },
  };
}

async function contents(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const { site, query, params, headers } = exchange;
  const ref = query.get("ref") ?? repository.defaultBranch;
  const path = (params.path ?? "").replace(/^\/+|\/+$/g, "");
  const commit = await repository.git.resolve(ref);
  if (!commit || path.split("/").includes("..")) throw notFound();
  const [entry] = path ? await listTree(repository, commit, path) : [];
  if (path && !entry) throw notFound();
  if (!entry || entry.kind === "tree") {
    const entries = await listTree(repository, commit, path ? `${path}/` : "");
    return { json: entries.map((item) => entryView(site, repository, item, ref)) };
  }
  const text = (await repository.git.readFile(commit, path)) ?? "";
  if (/vnd\.github[\w.]*\.raw/.test(String(headers.accept ?? ""))) {
    return { text, headers: { "content-type": "application/vnd.github.raw; charset=utf-8" } };
  }
  const content = Buffer.from(text).toString("base64").replace(/.{60}/g, "$&\n");
  return {
    json: {
      ...entryView(site, repository, entry, ref),
      content: `${content}\n`,
      encoding: "base64",
    },
  };
}

/** The repository itself and its files. */
export const repositoryRoutes: Route[] = [
  {
    method: "GET",
    pattern: BASE,
    handle: (exchange) => {
      const permission = exchange.caller?.permission ?? "read";
      return { json: fullRepositoryView(exchange.site, repositoryOf(exchange), permission) };
    },
  },
  { method: "GET", pattern: `${BASE}/contents`, handle: contents },
  { method: "GET", pattern: `${BASE}/contents/*path`, handle: contents },
];
