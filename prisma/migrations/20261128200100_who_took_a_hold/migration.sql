-- Which process asks for a hold, or works out what a freeze holds: when it is gone, another goes on at once.
ALTER TABLE "Hold" ADD COLUMN "takenBy" TEXT;
ALTER TABLE "Freeze" ADD COLUMN "plannedBy" TEXT;
