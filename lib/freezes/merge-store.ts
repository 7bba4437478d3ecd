import "server-only";
import type { Database } from "@/lib/server/db";

const FULL_SHA = 40;

/** The merge that put a commit on its branch, by its full SHA; null when the ledger has none. */
export async function mergeOfCommit(
  db: Database,
  commit: string,
): Promise<{ title: string; actor: string | null; url: string | null } | null> {
  if (commit.length < FULL_SHA) return null;
  return db.change.findFirst({
    where: { kind: "merge", commit },
    select: { title: true, actor: true, url: true },
  });
}
