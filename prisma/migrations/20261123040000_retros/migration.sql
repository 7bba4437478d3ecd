-- Retros, what they are drafted from, and what people write in them.
ALTER TABLE "Incident" ADD COLUMN "isDrill" BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE "Advice" (
    "id" SERIAL NOT NULL,
    "incidentNumber" INTEGER NOT NULL,
    "suspectId" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "card" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Advice_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Retro" (
    "incidentNumber" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'draft',
    "draftedAt" TIMESTAMPTZ(3) NOT NULL,
    "facilitator" TEXT,
    "scheduledFor" TIMESTAMPTZ(3),
    "minutes" INTEGER NOT NULL DEFAULT 45,
    "place" TEXT,
    "invitation" INTEGER NOT NULL DEFAULT 0,
    "showsNames" BOOLEAN NOT NULL DEFAULT false,
    "facts" JSONB NOT NULL DEFAULT '{}',
    "publishedVersion" INTEGER NOT NULL DEFAULT 0,
    "changedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "words" TEXT NOT NULL DEFAULT '',
    "search" tsvector GENERATED ALWAYS AS (to_tsvector('english', "words")) STORED,

    CONSTRAINT "Retro_pkey" PRIMARY KEY ("incidentNumber")
);

CREATE TABLE "RetroSection" (
    "incidentNumber" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "editedBy" TEXT NOT NULL,
    "editedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RetroSection_pkey" PRIMARY KEY ("incidentNumber","name")
);

CREATE TABLE "RetroEdit" (
    "id" SERIAL NOT NULL,
    "incidentNumber" INTEGER NOT NULL,
    "section" TEXT NOT NULL,
    "revision" INTEGER,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RetroEdit_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "RetroItem" (
    "id" TEXT NOT NULL,
    "incidentNumber" INTEGER NOT NULL,
    "subject" TEXT NOT NULL,
    "shown" TEXT,
    "mergedInto" TEXT,
    "note" TEXT,
    "at" TIMESTAMPTZ(3),
    "text" TEXT,
    "known" TEXT,
    "attachments" JSONB NOT NULL DEFAULT '[]',
    "by" TEXT NOT NULL,
    "editedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "RetroItem_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "RetroFactor" (
    "id" TEXT NOT NULL,
    "incidentNumber" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "subjects" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "RetroFactor_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "FollowUp" (
    "number" SERIAL NOT NULL,
    "incidentNumber" INTEGER NOT NULL,
    "title" TEXT NOT NULL,
    "owner" TEXT,
    "team" TEXT,
    "dueOn" DATE,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "closedAt" TIMESTAMPTZ(3),
    "issueSource" TEXT,
    "issueRepository" TEXT,
    "issueNumber" INTEGER,
    "issueUrl" TEXT,
    "issueState" TEXT,
    "issueReadAt" TIMESTAMPTZ(3),
    "issueAskedAt" TIMESTAMPTZ(3),
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "FollowUp_pkey" PRIMARY KEY ("number")
);

CREATE TABLE "RetroPublication" (
    "incidentNumber" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "publishedAt" TIMESTAMPTZ(3) NOT NULL,
    "publishedBy" TEXT NOT NULL,
    "document" JSONB NOT NULL,
    "markdown" TEXT NOT NULL,

    CONSTRAINT "RetroPublication_pkey" PRIMARY KEY ("incidentNumber","version")
);

CREATE TABLE "RetroPresence" (
    "incidentNumber" INTEGER NOT NULL,
    "person" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "section" TEXT,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "RetroPresence_pkey" PRIMARY KEY ("incidentNumber","person")
);

CREATE INDEX "Advice_incidentNumber_suspectId_id_idx" ON "Advice"("incidentNumber", "suspectId", "id" DESC);

CREATE INDEX "Retro_search_idx" ON "Retro" USING GIN ("search");

CREATE INDEX "Retro_state_changedAt_idx" ON "Retro"("state", "changedAt");

CREATE UNIQUE INDEX "RetroEdit_incidentNumber_section_revision_key" ON "RetroEdit"("incidentNumber", "section", "revision");

CREATE UNIQUE INDEX "RetroItem_incidentNumber_subject_key" ON "RetroItem"("incidentNumber", "subject");

CREATE INDEX "RetroFactor_incidentNumber_createdAt_idx" ON "RetroFactor"("incidentNumber", "createdAt");

CREATE INDEX "FollowUp_incidentNumber_idx" ON "FollowUp"("incidentNumber");

CREATE INDEX "FollowUp_state_dueOn_idx" ON "FollowUp"("state", "dueOn");

ALTER TABLE "Advice" ADD CONSTRAINT "Advice_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Incident"("number") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "Retro" ADD CONSTRAINT "Retro_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Incident"("number") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "RetroSection" ADD CONSTRAINT "RetroSection_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Retro"("incidentNumber") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "RetroEdit" ADD CONSTRAINT "RetroEdit_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Retro"("incidentNumber") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "RetroItem" ADD CONSTRAINT "RetroItem_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Retro"("incidentNumber") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "RetroFactor" ADD CONSTRAINT "RetroFactor_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Retro"("incidentNumber") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "FollowUp" ADD CONSTRAINT "FollowUp_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Retro"("incidentNumber") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "RetroPublication" ADD CONSTRAINT "RetroPublication_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Retro"("incidentNumber") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "RetroPresence" ADD CONSTRAINT "RetroPresence_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Retro"("incidentNumber") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was published stays as it was, whoever asks.
CREATE FUNCTION "refuse_to_rewrite_publication"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A published retro is not changed: publish a new version.';
END $$;

CREATE TRIGGER "RetroPublication_is_immutable" BEFORE UPDATE OR DELETE ON "RetroPublication"
  FOR EACH ROW EXECUTE FUNCTION "refuse_to_rewrite_publication"();
