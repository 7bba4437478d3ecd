import "server-only";
import { asJson } from "@/lib/server/as-json";
import type { Database } from "@/lib/server/db";
import { mergesMentioning } from "./store";

/** Links flags not seen before to the merges in the ledger whose diffs mention them. */
export async function linkNewFlags(db: Database, keys: string[]): Promise<void> {
  for (const key of keys) {
    for (const merge of await mergesMentioning(db, [key])) {
      if (merge.details.kind !== "merge" || merge.details.flagKeys.includes(key)) continue;
      const details = { ...merge.details, flagKeys: [...merge.details.flagKeys, key] };
      await db.change.update({ where: { id: merge.id }, data: { details: asJson(details) } });
    }
  }
}
