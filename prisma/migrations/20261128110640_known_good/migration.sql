-- What each service can be restored to: its good states as the ledger gave them, and what was never good.
CREATE TABLE "KnownGood" (
    "service" TEXT NOT NULL,
    "good" JSONB NOT NULL,
    "culprits" JSONB NOT NULL,
    "sentence" TEXT NOT NULL,
    "signal" JSONB,
    "isLive" BOOLEAN NOT NULL,
    "stamp" TEXT NOT NULL,
    "computedAt" TIMESTAMPTZ(3) NOT NULL,
    "recheckAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KnownGood_pkey" PRIMARY KEY ("service")
);
