-- Merges are looked for by the quoted words of their diffs: without an index that reads them all.
ALTER TABLE "Change" ADD COLUMN "mentions" TEXT[];

UPDATE "Change" SET "mentions" = ARRAY(
  SELECT jsonb_array_elements_text("details" -> 'mentions')
) WHERE "kind" = 'merge' AND jsonb_typeof("details" -> 'mentions') = 'array';

CREATE INDEX "Change_mentions_idx" ON "Change" USING GIN ("mentions");

-- Unlinked deploys are asked for oldest first.
DROP INDEX "Change_kind_linkedAt_idx";

CREATE INDEX "Change_kind_linkedAt_at_idx" ON "Change"("kind", "linkedAt", "at");
