-- What still has to happen to an opened revert: each step is taken by one process at a time.
CREATE TABLE "RevertStep" (
    "restorationNumber" INTEGER NOT NULL,
    "step" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "sentence" TEXT,
    "who" TEXT,
    "commands" TEXT[],
    "tries" INTEGER NOT NULL,
    "instance" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "askedAt" TIMESTAMPTZ(3) NOT NULL,
    "answeredAt" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3),

    CONSTRAINT "RevertStep_pkey" PRIMARY KEY ("restorationNumber", "step"),
    CONSTRAINT "RevertStep_restorationNumber_fkey" FOREIGN KEY ("restorationNumber")
      REFERENCES "Restoration"("number") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "RevertStep_step_answeredAt_idx" ON "RevertStep"("step", "answeredAt" DESC);
