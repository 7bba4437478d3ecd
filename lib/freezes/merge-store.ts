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

/** What pull requests became on their branch since then, by "owner/name#12"; none for what isn't merged. */
export async function commitsOfPulls(
  db: Database,
  { pulls, since }: { pulls: readonly string[]; since: Date },
): Promise<Map<string, string>> {
  if (pulls.length === 0) return new Map();
  const merges = await db.change.findMany({
    where: { kind: "merge", at: { gte: since }, subject: { in: [...new Set(pulls)] } },
    select: { subject: true, commit: true },
  });
  return new Map(merges.flatMap(({ subject, commit }) => (commit ? [[subject, commit]] : [])));
}
