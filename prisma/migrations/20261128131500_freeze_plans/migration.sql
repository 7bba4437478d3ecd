-- What a freeze holds is worked out after it was wished for, and again when the wish changes.
ALTER TABLE "Freeze"
    ADD COLUMN "planDueAt" TIMESTAMPTZ(3),
    ADD COLUMN "planProblems" JSONB,
    ADD COLUMN "warnedAt" TIMESTAMPTZ(3);
CREATE INDEX "Freeze_planDueAt_idx" ON "Freeze"("planDueAt");

ALTER TABLE "Hold"
    ADD COLUMN "asserted" TEXT,
    ADD COLUMN "lostAt" TIMESTAMPTZ(3);
