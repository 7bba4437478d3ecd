-- How migration files differ between two commits, as a code source told it, and what was judged of them.
CREATE TABLE "SchemaFiles" (
  "key" TEXT NOT NULL,
  "source" TEXT NOT NULL,
  "repository" TEXT NOT NULL,
  "changes" JSONB NOT NULL,
  "usedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "SchemaFiles_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "SchemaFiles_usedAt_idx" ON "SchemaFiles" ("usedAt");

CREATE TABLE "SchemaJudgement" (
  "key" TEXT NOT NULL,
  "variant" TEXT NOT NULL,
  "verdict" JSONB NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "SchemaJudgement_pkey" PRIMARY KEY ("key", "variant"),
  CONSTRAINT "SchemaJudgement_key_fkey" FOREIGN KEY ("key") REFERENCES "SchemaFiles" ("key")
    ON DELETE CASCADE ON UPDATE CASCADE
);

-- Migrations that somebody took back by hand.
CREATE TABLE "MigratedDown" (
  "id" TEXT NOT NULL,
  "incidentNumber" INTEGER NOT NULL,
  "service" TEXT NOT NULL,
  "source" TEXT NOT NULL,
  "repository" TEXT NOT NULL,
  "paths" TEXT[],
  "note" TEXT NOT NULL,
  "by" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "MigratedDown_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "MigratedDown_incidentNumber_fkey" FOREIGN KEY ("incidentNumber")
    REFERENCES "Incident" ("number") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "MigratedDown_source_repository_at_idx" ON "MigratedDown" ("source", "repository", "at");
CREATE INDEX "MigratedDown_service_at_idx" ON "MigratedDown" ("service", "at");
