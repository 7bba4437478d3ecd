-- Freezes (what is wished), holds (what came of it in each system), who needs a hold, what may pass, what
-- met a freeze; waived loose ends; evidence kept at a press; and that a Restoration was undone.
CREATE TABLE "Freeze" (
    "number" SERIAL NOT NULL,
    "services" TEXT[],
    "reason" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "incidentNumber" INTEGER,
    "restorationNumber" INTEGER,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "renewedAt" TIMESTAMPTZ(3),
    "renewals" INTEGER NOT NULL DEFAULT 0,
    "thawedAt" TIMESTAMPTZ(3),
    "thawedBy" TEXT,
    "thawedBecause" TEXT,
    "pressKey" TEXT,

    CONSTRAINT "Freeze_pkey" PRIMARY KEY ("number")
);
CREATE UNIQUE INDEX "Freeze_pressKey_key" ON "Freeze"("pressKey");
CREATE INDEX "Freeze_thawedAt_until_idx" ON "Freeze"("thawedAt", "until");
CREATE INDEX "Freeze_incidentNumber_idx" ON "Freeze"("incidentNumber");
ALTER TABLE "Freeze" ADD CONSTRAINT "Freeze_incidentNumber_fkey"
    FOREIGN KEY ("incidentNumber") REFERENCES "Incident"("number") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "Freeze" ADD CONSTRAINT "Freeze_restorationNumber_fkey"
    FOREIGN KEY ("restorationNumber") REFERENCES "Restoration"("number") ON DELETE SET NULL ON UPDATE CASCADE;

CREATE TABLE "Hold" (
    "number" SERIAL NOT NULL,
    "layer" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "was" JSONB,
    "sentence" TEXT NOT NULL,
    "who" TEXT,
    "endsByItself" BOOLEAN NOT NULL DEFAULT false,
    "commands" TEXT[],
    "url" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "checkedAt" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "openKey" TEXT,

    CONSTRAINT "Hold_pkey" PRIMARY KEY ("number")
);
CREATE UNIQUE INDEX "Hold_openKey_key" ON "Hold"("openKey");
CREATE INDEX "Hold_dueAt_idx" ON "Hold"("dueAt");

CREATE TABLE "HoldClaim" (
    "id" SERIAL NOT NULL,
    "holdNumber" INTEGER NOT NULL,
    "freezeNumber" INTEGER,
    "restorationNumber" INTEGER,
    "droppedAt" TIMESTAMPTZ(3),
    "droppedBy" TEXT,

    CONSTRAINT "HoldClaim_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "HoldClaim_holdNumber_freezeNumber_key" ON "HoldClaim"("holdNumber", "freezeNumber");
CREATE UNIQUE INDEX "HoldClaim_holdNumber_restorationNumber_key" ON "HoldClaim"("holdNumber", "restorationNumber");
CREATE INDEX "HoldClaim_freezeNumber_idx" ON "HoldClaim"("freezeNumber");
CREATE INDEX "HoldClaim_restorationNumber_idx" ON "HoldClaim"("restorationNumber");
ALTER TABLE "HoldClaim" ADD CONSTRAINT "HoldClaim_holdNumber_fkey"
    FOREIGN KEY ("holdNumber") REFERENCES "Hold"("number") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "HoldClaim" ADD CONSTRAINT "HoldClaim_freezeNumber_fkey"
    FOREIGN KEY ("freezeNumber") REFERENCES "Freeze"("number") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "HoldClaim" ADD CONSTRAINT "HoldClaim_restorationNumber_fkey"
    FOREIGN KEY ("restorationNumber") REFERENCES "Restoration"("number") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "AllowedDelivery" (
    "id" SERIAL NOT NULL,
    "freezeNumber" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AllowedDelivery_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "AllowedDelivery_freezeNumber_kind_value_key" ON "AllowedDelivery"("freezeNumber", "kind", "value");
ALTER TABLE "AllowedDelivery" ADD CONSTRAINT "AllowedDelivery_freezeNumber_fkey"
    FOREIGN KEY ("freezeNumber") REFERENCES "Freeze"("number") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "HeldDelivery" (
    "id" SERIAL NOT NULL,
    "freezeNumber" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "service" TEXT,
    "value" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "by" TEXT,
    "url" TEXT,
    "firstAt" TIMESTAMPTZ(3) NOT NULL,
    "lastAt" TIMESTAMPTZ(3) NOT NULL,
    "letThroughAt" TIMESTAMPTZ(3),

    CONSTRAINT "HeldDelivery_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "HeldDelivery_freezeNumber_kind_value_key" ON "HeldDelivery"("freezeNumber", "kind", "value");
CREATE INDEX "HeldDelivery_freezeNumber_lastAt_idx" ON "HeldDelivery"("freezeNumber", "lastAt" DESC);
ALTER TABLE "HeldDelivery" ADD CONSTRAINT "HeldDelivery_freezeNumber_fkey"
    FOREIGN KEY ("freezeNumber") REFERENCES "Freeze"("number") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "LooseEndWaiver" (
    "incidentNumber" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "LooseEndWaiver_pkey" PRIMARY KEY ("incidentNumber", "key")
);
ALTER TABLE "LooseEndWaiver" ADD CONSTRAINT "LooseEndWaiver_incidentNumber_fkey"
    FOREIGN KEY ("incidentNumber") REFERENCES "Incident"("number") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "KeptEvidence" (
    "id" TEXT NOT NULL,
    "incidentNumber" INTEGER NOT NULL,
    "restorationNumber" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "mediaType" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "isCut" BOOLEAN NOT NULL,
    "masked" INTEGER NOT NULL,
    "problem" TEXT,
    "sealed" TEXT,
    "takenAt" TIMESTAMPTZ(3) NOT NULL,
    "keptUntil" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KeptEvidence_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "KeptEvidence_incidentNumber_takenAt_idx" ON "KeptEvidence"("incidentNumber", "takenAt");
CREATE INDEX "KeptEvidence_restorationNumber_idx" ON "KeptEvidence"("restorationNumber");
CREATE INDEX "KeptEvidence_keptUntil_idx" ON "KeptEvidence"("keptUntil");
ALTER TABLE "KeptEvidence" ADD CONSTRAINT "KeptEvidence_incidentNumber_fkey"
    FOREIGN KEY ("incidentNumber") REFERENCES "Incident"("number") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "KeptEvidence" ADD CONSTRAINT "KeptEvidence_restorationNumber_fkey"
    FOREIGN KEY ("restorationNumber") REFERENCES "Restoration"("number") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Restoration"
    ADD COLUMN "undoneAt" TIMESTAMPTZ(3),
    ADD COLUMN "undoneBy" TEXT,
    ADD COLUMN "undoneSentence" TEXT,
    ADD COLUMN "undoneChangeId" TEXT,
    ADD COLUMN "evidenceDueAt" TIMESTAMPTZ(3);
CREATE INDEX "Restoration_evidenceDueAt_idx" ON "Restoration"("evidenceDueAt");
