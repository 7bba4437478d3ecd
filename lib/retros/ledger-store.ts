import "server-only";
import { toChange } from "@/lib/changes/store";
import type { Change } from "@/lib/contracts/change";
import type { NumberedReceipt } from "@/lib/rules/draft-timeline";
import type { WatchedSubject } from "@/lib/rules/find-loose-ends";
import type { Database } from "@/lib/server/db";

const withCarries = { carries: { select: { toId: true } } } as const;

/** Every receipt of an incident's Restorations with its number, oldest first; at most 5,000. */
export async function receiptsOf(db: Database, incidentNumber: number): Promise<NumberedReceipt[]> {
  const rows = await db.receipt.findMany({
    where: { restoration: { incidentNumber } },
    orderBy: { id: "asc" },
    take: 5_000,
  });
  return rows.map((row) => ({
    id: row.id,
    restorationId: `R-${row.restorationNumber}`,
    at: row.at.toISOString(),
    sentence: row.sentence,
    url: row.url,
  }));
}

/** What changed later on these subjects, and merges that carry a mark, oldest first; at most 200. */
export async function laterChanges(
  db: Database,
  query: {
    watched: WatchedSubject[];
    reverts: { source: string; repository: string; after: string }[];
  },
): Promise<Change[]> {
  const either = [
    ...query.watched.map(({ source, subject, after }) => ({
      source,
      subject,
      at: { gt: new Date(after) },
    })),
    ...query.reverts.map(({ source, repository, after }) => ({
      source,
      kind: "merge",
      subject: { startsWith: `${repository}#` },
      at: { gt: new Date(after) },
    })),
  ];
  if (either.length === 0) return [];
  const rows = await db.change.findMany({
    where: { OR: either },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    take: 200,
    include: withCarries,
  });
  return rows.map(toChange);
}
