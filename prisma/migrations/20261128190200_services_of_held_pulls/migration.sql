-- Whose code a held pull request changes, and the head at which that was read.
ALTER TABLE "HeldDelivery" ADD COLUMN "services" TEXT[];
ALTER TABLE "HeldDelivery" ADD COLUMN "namedAt" TEXT;
