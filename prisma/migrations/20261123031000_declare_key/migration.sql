-- A declaration that is sent again under its key finds the incident it made.
ALTER TABLE "Incident" ADD COLUMN "declareKey" TEXT;
ALTER TABLE "Incident" ADD COLUMN "declareHash" TEXT;
CREATE UNIQUE INDEX "Incident_declareKey_key" ON "Incident"("declareKey");
