-- Which Restorations were pressed with a freeze, so that it can go once none of them did anything.
CREATE TABLE "FreezePress" (
    "freezeNumber" INTEGER NOT NULL,
    "restorationNumber" INTEGER NOT NULL,

    CONSTRAINT "FreezePress_pkey" PRIMARY KEY ("freezeNumber","restorationNumber")
);

CREATE INDEX "FreezePress_restorationNumber_idx" ON "FreezePress"("restorationNumber");

ALTER TABLE "FreezePress" ADD CONSTRAINT "FreezePress_freezeNumber_fkey" FOREIGN KEY ("freezeNumber") REFERENCES "Freeze"("number") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "FreezePress" ADD CONSTRAINT "FreezePress_restorationNumber_fkey" FOREIGN KEY ("restorationNumber") REFERENCES "Restoration"("number") ON DELETE CASCADE ON UPDATE CASCADE;

-- Of those that are on, only the one that made each is known.
INSERT INTO "FreezePress" ("freezeNumber", "restorationNumber")
SELECT "number", "restorationNumber" FROM "Freeze"
 WHERE "restorationNumber" IS NOT NULL AND "thawedAt" IS NULL;
