import "server-only";
import { RetroDocument, type RetroPublication } from "@/lib/contracts/retro";
import type { Database } from "@/lib/server/db";

/** Published versions of a retro, newest first, without their documents. */
export async function publicationsOf(
  db: Database,
  incidentNumber: number,
): Promise<RetroPublication[]> {
  const rows = await db.retroPublication.findMany({
    where: { incidentNumber },
    orderBy: { version: "desc" },
    select: { version: true, publishedAt: true, publishedBy: true },
  });
  return rows.map((row) => ({ ...row, publishedAt: row.publishedAt.toISOString() }));
}

export type Published = {
  publication: RetroPublication;
  document: RetroDocument;
  markdown: string;
};

/** One published version, or null. */
export async function findPublication(
  db: Database,
  key: { incidentNumber: number; version: number },
): Promise<Published | null> {
  const row = await db.retroPublication.findUnique({
    where: { incidentNumber_version: key },
  });
  return (
    row && {
      publication: {
        version: row.version,
        publishedAt: row.publishedAt.toISOString(),
        publishedBy: row.publishedBy,
      },
      document: RetroDocument.parse(row.document),
      markdown: row.markdown,
    }
  );
}
