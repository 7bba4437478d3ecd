-- What a verified revert leaves to do is written down once, whatever becomes of its words.
ALTER TABLE "FollowUp" ADD COLUMN "restorationNumber" INTEGER;
CREATE UNIQUE INDEX "FollowUp_restorationNumber_key" ON "FollowUp"("restorationNumber");
