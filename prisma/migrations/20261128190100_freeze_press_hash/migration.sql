-- What a freeze's press said, so that its key answers nothing else.
ALTER TABLE "Freeze" ADD COLUMN "pressHash" TEXT;
