-- Writing in a retro raises its version with every word; arranging it must not be refused for that.
ALTER TABLE "Retro" ADD COLUMN "arrangedVersion" INTEGER NOT NULL DEFAULT 1;
