import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { RevertTarget, Warning } from "@/lib/contracts/lever";
import type { RevertPath } from "@/lib/integrations/code-guard";
import { SourceError } from "@/lib/integrations/source-error";
import type { Ctx } from "@/lib/server/context";

/** A card waits two seconds for the whole lever: what a revert's branch requires may take most of them. */
const PATIENCE_MS = 1_400;
/** So long what a slow source said too late is used. */
const KEPT_MS = 60_000;
const MOST_KEPT = 100;

/** `path` is null where nobody can say; `problem` says why, when somebody was asked. */
export type PathTold = { path: RevertPath | null; problem: Warning | null };

type Reading = { at: number; told: Promise<PathTold> };
const readings = new WeakMap<Ctx["db"], Map<string, Reading>>();

/** A path whose reading has begun, to be waited for once the base of the pull request is known. */
export type PathAsked = { branch: string | null; told(branch: string): Promise<PathTold> };

/**
 * Begins to read what stands between a revert and its branch, beside whatever else is read. `branch`:
 * what its base most likely is. One that doesn't come in time is left out with a word, and is there for
 * whoever looks next.
 */
export function askRevertPath(ctx: Ctx, target: RevertTarget, branch: string | null): PathAsked {
  const patience = sleep(PATIENCE_MS, null, { ref: false });
  const begun = branch === null ? null : begin(ctx, target, branch);
  return {
    branch,
    async told(base) {
      const { key, reading } = branch === base && begun ? begun : begin(ctx, target, base);
      const told = await Promise.race([reading.told, patience]);
      if (told) {
        readings.get(ctx.db)?.delete(key);
        return told;
      }
      const sentence = `${target.source} hasn’t said yet what ${base} requires of a revert: look again in a few seconds.`;
      return { path: null, problem: unknownPath(sentence) };
    },
  };
}

function begin(ctx: Ctx, target: RevertTarget, branch: string): { key: string; reading: Reading } {
  const its = readings.get(ctx.db) ?? new Map<string, Reading>();
  readings.set(ctx.db, its);
  const { source, repository, number } = target;
  const key = JSON.stringify([source, repository, number, branch]);
  const at = ctx.now().getTime();
  const known = its.get(key);
  if (known && at - known.at < KEPT_MS) return { key, reading: known };
  const reading = { at, told: read(ctx, target, branch) };
  its.delete(key);
  its.set(key, reading);
  // What couldn't be read is read anew by whoever looks next.
  void reading.told.then(({ problem }) => {
    if (problem && its.get(key) === reading) its.delete(key);
  });
  const oldest = its.size > MOST_KEPT ? its.keys().next().value : undefined;
  if (oldest !== undefined) its.delete(oldest);
  return { key, reading };
}

async function read(ctx: Ctx, target: RevertTarget, branch: string): Promise<PathTold> {
  const { source, repository, number } = target;
  try {
    const guard = ctx.sources.get("code", source).guard;
    const path = guard ? await guard.revertPath({ repository, branch, number }) : null;
    return { path, problem: null };
  } catch (error) {
    if (error instanceof SourceError) return { path: null, problem: unknownPath(error.sentence) };
    ctx.log.error({ err: error, ...target }, "the path of a revert can't be read");
    return { path: null, problem: unknownPath("What it takes to merge a revert isn’t known.") };
  }
}

function unknownPath(sentence: string): Warning {
  return { code: "path-unknown", sentence, unsafe: false };
}
