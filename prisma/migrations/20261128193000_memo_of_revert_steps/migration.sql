-- What a step has to know when it is taken again, and the memo that a person answered.
ALTER TABLE "RevertStep" ADD COLUMN "memo" TEXT, ADD COLUMN "wish" TEXT;
