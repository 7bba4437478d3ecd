-- What the recovery history is read from: one narrow row an incident and one a deploy of a service.
-- Whatever changes a row they are made from leaves a mark, in the same transaction; whoever reads
-- makes the marked ones anew first. Marks are only ever added here, so that no writer waits for
-- another.
CREATE TABLE "RecoveryMark" (
    "id" SERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,

    CONSTRAINT "RecoveryMark_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "RecoveryMark_kind_id_idx" ON "RecoveryMark"("kind", "id");

CREATE TABLE "RecoveryFact" (
    "incidentNumber" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "ms" DOUBLE PRECISION,
    "lever" TEXT NOT NULL,
    "severity" INTEGER NOT NULL,
    "services" TEXT[],
    "isDrill" BOOLEAN NOT NULL,
    "phases" DOUBLE PRECISION[],
    "given" INTEGER NOT NULL,
    "followed" INTEGER NOT NULL,
    "right" INTEGER NOT NULL,
    "looseEnds" TEXT[],

    CONSTRAINT "RecoveryFact_pkey" PRIMARY KEY ("incidentNumber")
);

CREATE INDEX "RecoveryFact_at_idx" ON "RecoveryFact"("at");

ALTER TABLE "RecoveryFact" ADD CONSTRAINT "RecoveryFact_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Incident"("number") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE "DeliveryFact" (
    "changeId" TEXT NOT NULL,
    "service" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "completedAt" TIMESTAMPTZ(3),
    "title" TEXT NOT NULL,
    "line" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "returnsTo" INTEGER,
    "template" TEXT NOT NULL,
    "restorationId" TEXT,
    "pulls" TEXT[],
    "reverts" TEXT[],
    "hotfix" TEXT,
    "firstMergedAt" TIMESTAMPTZ(3),
    "role" TEXT NOT NULL,
    "leadMs" DOUBLE PRECISION,
    "recoveryMs" DOUBLE PRECISION,
    "because" TEXT NOT NULL,

    CONSTRAINT "DeliveryFact_pkey" PRIMARY KEY ("service", "changeId")
);

CREATE INDEX "DeliveryFact_service_at_changeId_idx" ON "DeliveryFact"("service", "at" DESC, "changeId" DESC);
CREATE INDEX "DeliveryFact_changeId_idx" ON "DeliveryFact"("changeId");
CREATE INDEX "DeliveryFact_restorationId_idx" ON "DeliveryFact"("restorationId");

ALTER TABLE "DeliveryFact" ADD CONSTRAINT "DeliveryFact_changeId_fkey" FOREIGN KEY ("changeId") REFERENCES "Change"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE FUNCTION "mark_incident"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "RecoveryMark" ("kind", "key") VALUES ('incident', NEW."number"::text);
  RETURN NULL;
END $$;

CREATE FUNCTION "mark_incident_of"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO "RecoveryMark" ("kind", "key") VALUES ('incident', OLD."incidentNumber"::text);
  ELSE
    INSERT INTO "RecoveryMark" ("kind", "key") VALUES ('incident', NEW."incidentNumber"::text);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION "mark_deploy"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "RecoveryMark" ("kind", "key") VALUES ('deploy', NEW."id");
  RETURN NULL;
END $$;

CREATE FUNCTION "mark_carrier"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "RecoveryMark" ("kind", "key") VALUES ('deploy', NEW."fromId");
  RETURN NULL;
END $$;

CREATE FUNCTION "mark_carriers"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "RecoveryMark" ("kind", "key")
  SELECT 'deploy', "fromId" FROM "ChangeLink" WHERE "toId" = NEW."id";
  RETURN NULL;
END $$;

CREATE TRIGGER "Incident_marks" AFTER INSERT ON "Incident"
  FOR EACH ROW EXECUTE FUNCTION "mark_incident"();
CREATE TRIGGER "Incident_change_marks" AFTER UPDATE ON "Incident" FOR EACH ROW
  WHEN (OLD."severity" IS DISTINCT FROM NEW."severity"
     OR OLD."services" IS DISTINCT FROM NEW."services"
     OR OLD."isDrill" IS DISTINCT FROM NEW."isDrill"
     OR OLD."declaredAt" IS DISTINCT FROM NEW."declaredAt"
     OR OLD."harmBeganAt" IS DISTINCT FROM NEW."harmBeganAt"
     OR OLD."restoredAt" IS DISTINCT FROM NEW."restoredAt")
  EXECUTE FUNCTION "mark_incident"();

-- A Restoration tells nothing until it has ended: a press pays for no mark.
CREATE TRIGGER "Restoration_marks" AFTER INSERT ON "Restoration" FOR EACH ROW
  WHEN (NEW."endedAt" IS NOT NULL) EXECUTE FUNCTION "mark_incident_of"();
CREATE TRIGGER "Restoration_change_marks" AFTER UPDATE ON "Restoration" FOR EACH ROW
  WHEN ((OLD."endedAt" IS NOT NULL OR NEW."endedAt" IS NOT NULL)
    AND (OLD."endedAt", OLD."state", OLD."putBackOf", OLD."inEffectAt")
      IS DISTINCT FROM (NEW."endedAt", NEW."state", NEW."putBackOf", NEW."inEffectAt"))
  EXECUTE FUNCTION "mark_incident_of"();

CREATE TRIGGER "TimelineEntry_marks" AFTER INSERT ON "TimelineEntry" FOR EACH ROW
  WHEN (NEW."kind" = 'alert') EXECUTE FUNCTION "mark_incident_of"();
CREATE TRIGGER "TimelineEntry_change_marks" AFTER UPDATE OF "at" ON "TimelineEntry" FOR EACH ROW
  WHEN (NEW."kind" = 'alert') EXECUTE FUNCTION "mark_incident_of"();

CREATE TRIGGER "Change_marks" AFTER INSERT ON "Change" FOR EACH ROW
  WHEN (NEW."kind" = 'deploy') EXECUTE FUNCTION "mark_deploy"();
CREATE TRIGGER "Change_change_marks" AFTER UPDATE ON "Change" FOR EACH ROW
  WHEN (NEW."kind" = 'deploy'
    AND (OLD."at", OLD."completedAt", OLD."services", OLD."title", OLD."details")
      IS DISTINCT FROM (NEW."at", NEW."completedAt", NEW."services", NEW."title", NEW."details"))
  EXECUTE FUNCTION "mark_deploy"();
CREATE TRIGGER "Change_merge_marks" AFTER UPDATE ON "Change" FOR EACH ROW
  WHEN (NEW."kind" = 'merge' AND (OLD."at", OLD."title", OLD."details")
    IS DISTINCT FROM (NEW."at", NEW."title", NEW."details"))
  EXECUTE FUNCTION "mark_carriers"();
CREATE TRIGGER "ChangeLink_marks" AFTER INSERT ON "ChangeLink"
  FOR EACH ROW EXECUTE FUNCTION "mark_carrier"();

-- Everything from before.
INSERT INTO "RecoveryMark" ("kind", "key") SELECT 'incident', "number"::text FROM "Incident";
INSERT INTO "RecoveryMark" ("kind", "key") SELECT 'deploy', "id" FROM "Change" WHERE "kind" = 'deploy';
