import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { SourceError } from "@/lib/integrations/source-error";
import { type FlagUse, flagUse, isCode } from "@/lib/rules/flag-use";
import type { Ctx } from "@/lib/server/context";

/** How long a card waits for files that weren't read before. */
const PATIENCE_MS = 1_500;
const MOST_FILES = 20;
const MOST_KEPT = 500;

/** What was read stays true: a commit never changes. */
const kept = new Map<string, Promise<FlagUse[] | null>>();

/**
 * How files of a commit use a flag; tests and texts are left out, and of many files the first twenty
 * are read. Null when the repository can't say, or not in time: then what it says later is kept.
 */
export async function flagUseAt(
  ctx: Pick<Ctx, "sources" | "log">,
  query: { source: string; repository: string; commit: string; key: string; paths: string[] },
): Promise<FlagUse[] | null> {
  const paths = [...new Set(query.paths)].filter(isCode).sort().slice(0, MOST_FILES);
  if (paths.length === 0) return [];
  const id = JSON.stringify({ ...query, paths });
  let reading = kept.get(id);
  if (!reading) {
    reading = read(ctx, { ...query, paths });
    kept.set(id, reading);
    const oldest = kept.size > MOST_KEPT ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    void reading.then((answer) => {
      if (answer === null) kept.delete(id);
    });
  }
  const patience = new AbortController();
  const late = sleep(PATIENCE_MS, null, { ref: false, signal: patience.signal }).catch(() => null);
  return Promise.race([reading, late]).finally(() => patience.abort());
}

async function read(
  ctx: Pick<Ctx, "sources" | "log">,
  query: { source: string; repository: string; commit: string; key: string; paths: string[] },
): Promise<FlagUse[] | null> {
  const { source, repository, commit, key, paths } = query;
  try {
    const files = await ctx.sources.get("code", source).filesAt(repository, commit, paths);
    const texts = new Map(files.map((file) => [file.path, file.content]));
    // A file that is there and can't be read may hold anything.
    if (files.some(({ content }) => content === null)) return null;
    return paths.map((path) => flagUse(path, texts.get(path) ?? null, key));
  } catch (error) {
    if (!(error instanceof SourceError)) ctx.log.error({ err: error }, "code can't be read");
    return null;
  }
}
