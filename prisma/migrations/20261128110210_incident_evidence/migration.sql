-- What was known around an incident besides its Changes. Its page reads it here and asks no source.
CREATE TABLE "IncidentEvidence" (
    "incidentNumber" INTEGER NOT NULL,
    "traces" JSONB NOT NULL DEFAULT '[]',
    "unhealthy" JSONB NOT NULL DEFAULT '[]',
    "alertTexts" TEXT[],
    "examinedAt" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3),

    CONSTRAINT "IncidentEvidence_pkey" PRIMARY KEY ("incidentNumber")
);

CREATE INDEX "IncidentEvidence_dueAt_idx" ON "IncidentEvidence"("dueAt");

ALTER TABLE "IncidentEvidence" ADD CONSTRAINT "IncidentEvidence_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Incident"("number") ON DELETE CASCADE ON UPDATE CASCADE;

-- Incidents that are open already are looked at when the program starts.
INSERT INTO "IncidentEvidence" ("incidentNumber", "dueAt")
SELECT "number", now() FROM "Incident" WHERE "status" = 'declared';
