import type { Answer, Exchange } from "../exchange.ts";
import { HttpError, notFound, repositoryOf } from "../exchange.ts";
import type { Route } from "../router.ts";
import { nodeId } from "./person-view.ts";

const BASE = "/repos/:owner/:repo/git";
/** GitHub lists so many entries of a tree and says that it was cut. */
const MAX_ENTRIES = 100_000;

async function tree(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const name = exchange.params.tree ?? "";
  const sha = await treeOf(exchange, name);
  // Any value asks for all that is below, "0" too; only its absence asks for one folder.
  const flags = exchange.query.has("recursive") ? ["-r", "-t"] : [];
  const { stdout } = await repository.git.runFixed(["ls-tree", "-z", "-l", ...flags, sha]);
  const lines = stdout.split("\0").filter(Boolean);
  const api = `${exchange.site.apiUrl}/repos/${repository.fullName}/git`;
  return {
    json: {
      sha,
      url: `${api}/trees/${sha}`,
      tree: lines.slice(0, MAX_ENTRIES).map((line) => {
        const [meta = "", path = ""] = line.split("\t");
        const [mode = "", type = "", id = "", size = "-"] = meta.split(/ +/);
        const url = `${api}/${type === "tree" ? "trees" : "blobs"}/${id}`;
        return { path, mode, type, sha: id, ...(size === "-" ? {} : { size: Number(size) }), url };
      }),
      truncated: lines.length > MAX_ENTRIES,
    },
  };
}

/** The tree that a tree's id, a commit or a branch names. */
async function treeOf(exchange: Exchange, name: string): Promise<string> {
  const { git } = repositoryOf(exchange);
  const commit = await git.resolve(name);
  const asked = commit ?? (/^[0-9a-f]{40}$/.test(name) ? name : null);
  if (!asked) throw notFound();
  const args = ["rev-parse", "--verify", "--quiet", `${asked}^{tree}`];
  const { code, stdout } = await git.run(args, {}, 128);
  if (code !== 0) throw notFound();
  return stdout.trim();
}

async function blob(exchange: Exchange): Promise<Answer> {
  const repository = repositoryOf(exchange);
  const sha = exchange.params.blob ?? "";
  if (!/^[0-9a-f]{40}$/.test(sha))
    throw new HttpError(422, "The sha parameter must be exactly 40 characters");
  const content = await repository.git.readBlob(sha);
  if (!content) throw notFound();
  const base64 = content.toString("base64").replace(/.{60}/g, "$&\n");
  return {
    json: {
      sha,
      node_id: nodeId("Blob", sha),
      size: content.byteLength,
      url: `${exchange.site.apiUrl}/repos/${repository.fullName}/git/blobs/${sha}`,
      content: base64.endsWith("\n") || base64 === "" ? base64 : `${base64}\n`,
      encoding: "base64",
    },
  };
}

/** What git itself keeps: trees and blobs. */
export const objectRoutes: Route[] = [
  { method: "GET", pattern: `${BASE}/trees/*tree`, handle: tree },
  { method: "GET", pattern: `${BASE}/blobs/:blob`, handle: blob },
];
