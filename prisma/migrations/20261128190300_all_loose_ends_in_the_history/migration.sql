-- The history counts all kinds of loose ends, from the moment that something leaves one: what an accepted
-- Restoration left, what was frozen, let through and paused. Whatever adds one marks its incident.
DROP TRIGGER "Restoration_marks" ON "Restoration";
CREATE TRIGGER "Restoration_marks" AFTER INSERT ON "Restoration" FOR EACH ROW
  WHEN (NEW."endedAt" IS NOT NULL OR NEW."acceptedAt" IS NOT NULL)
  EXECUTE FUNCTION "mark_incident_of"();

-- A press still pays for no mark: it isn't accepted yet.
DROP TRIGGER "Restoration_change_marks" ON "Restoration";
CREATE TRIGGER "Restoration_change_marks" AFTER UPDATE ON "Restoration" FOR EACH ROW
  WHEN (((OLD."endedAt" IS NOT NULL OR NEW."endedAt" IS NOT NULL)
      AND (OLD."endedAt", OLD."state", OLD."putBackOf")
        IS DISTINCT FROM (NEW."endedAt", NEW."state", NEW."putBackOf"))
    OR (OLD."acceptedAt", OLD."inEffectAt") IS DISTINCT FROM (NEW."acceptedAt", NEW."inEffectAt"))
  EXECUTE FUNCTION "mark_incident_of"();

CREATE TRIGGER "Freeze_marks" AFTER INSERT ON "Freeze" FOR EACH ROW
  WHEN (NEW."incidentNumber" IS NOT NULL) EXECUTE FUNCTION "mark_incident_of"();

CREATE FUNCTION "mark_incident_of_freeze"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "RecoveryMark" ("kind", "key")
  SELECT 'incident', "incidentNumber"::text FROM "Freeze"
   WHERE "number" = NEW."freezeNumber" AND "incidentNumber" IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER "AllowedDelivery_marks" AFTER INSERT ON "AllowedDelivery" FOR EACH ROW
  WHEN (NEW."why" = 'override') EXECUTE FUNCTION "mark_incident_of_freeze"();

-- One that isn't accepted yet marks its incident when it is.
CREATE FUNCTION "mark_incident_of_claim"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "RecoveryMark" ("kind", "key")
  SELECT 'incident', "incidentNumber"::text FROM "Restoration"
   WHERE "number" = NEW."restorationNumber" AND "acceptedAt" IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER "HoldClaim_marks" AFTER INSERT ON "HoldClaim" FOR EACH ROW
  WHEN (NEW."restorationNumber" IS NOT NULL) EXECUTE FUNCTION "mark_incident_of_claim"();

-- Everything from before.
INSERT INTO "RecoveryMark" ("kind", "key")
SELECT 'incident', "number"::text FROM "Incident" incident
 WHERE EXISTS (SELECT FROM "Restoration" WHERE "incidentNumber" = incident."number" AND "acceptedAt" IS NOT NULL)
    OR EXISTS (SELECT FROM "Freeze" WHERE "incidentNumber" = incident."number");
