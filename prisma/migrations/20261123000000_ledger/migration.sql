-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "DiscoveredService" (
    "name" TEXT NOT NULL,
    "spec" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "seenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DiscoveredService_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Source" (
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "product" TEXT NOT NULL,
    "knownAt" TIMESTAMPTZ(3),
    "silentSince" TIMESTAMPTZ(3),
    "problem" TEXT,
    "rateLimit" JSONB,
    "cursor" JSONB,

    CONSTRAINT "Source_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Lease_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "Change" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "naturalKey" TEXT NOT NULL,
    "services" TEXT[],
    "title" TEXT NOT NULL,
    "environment" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "completedAt" TIMESTAMPTZ(3),
    "observedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT,
    "url" TEXT,
    "details" JSONB NOT NULL,
    "subject" TEXT NOT NULL,
    "commit" TEXT,
    "linkedAt" TIMESTAMPTZ(3),

    CONSTRAINT "Change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ChangeLink" (
    "fromId" TEXT NOT NULL,
    "toId" TEXT NOT NULL,

    CONSTRAINT "ChangeLink_pkey" PRIMARY KEY ("fromId","toId")
);

-- CreateTable
CREATE TABLE "Template" (
    "hash" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Template_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "DeploymentSnapshot" (
    "source" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "uid" TEXT NOT NULL,
    "observed" JSONB NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DeploymentSnapshot_pkey" PRIMARY KEY ("source","namespace","name")
);

-- CreateTable
CREATE TABLE "FlagSnapshot" (
    "source" TEXT NOT NULL,
    "project" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "state" JSONB NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "archived" BOOLEAN NOT NULL DEFAULT false,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FlagSnapshot_pkey" PRIMARY KEY ("source","project","key","environment")
);

-- CreateTable
CREATE TABLE "Incident" (
    "number" SERIAL NOT NULL,
    "title" TEXT NOT NULL,
    "severity" INTEGER NOT NULL,
    "status" TEXT NOT NULL,
    "services" TEXT[],
    "commander" TEXT,
    "origin" TEXT NOT NULL,
    "declaredBy" TEXT NOT NULL,
    "declaredAt" TIMESTAMPTZ(3) NOT NULL,
    "harmBeganAt" TIMESTAMPTZ(3) NOT NULL,
    "harmBeganFrom" TEXT NOT NULL,
    "restoredAt" TIMESTAMPTZ(3),
    "resolvedAt" TIMESTAMPTZ(3),
    "alertGroup" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "Incident_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "TimelineEntry" (
    "id" TEXT NOT NULL,
    "incidentNumber" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "text" TEXT NOT NULL,
    "by" TEXT,
    "restorationId" TEXT,
    "url" TEXT,
    "originalAt" TIMESTAMPTZ(3),
    "originalText" TEXT,
    "editedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "naturalKey" TEXT,

    CONSTRAINT "TimelineEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Restoration" (
    "number" SERIAL NOT NULL,
    "incidentNumber" INTEGER NOT NULL,
    "lever" TEXT NOT NULL,
    "target" JSONB NOT NULL,
    "label" TEXT NOT NULL,
    "service" TEXT,
    "suspectId" TEXT,
    "state" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "wasRecommended" BOOLEAN,
    "putBackOf" INTEGER,
    "pressKey" TEXT NOT NULL,
    "naturalKey" TEXT,
    "resource" TEXT NOT NULL,
    "plan" JSONB NOT NULL,
    "instance" TEXT NOT NULL,
    "plannedAt" TIMESTAMPTZ(3) NOT NULL,
    "askedAt" TIMESTAMPTZ(3),
    "acceptedAt" TIMESTAMPTZ(3),
    "inEffectAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "stages" JSONB NOT NULL DEFAULT '[]',
    "progress" TEXT,
    "goodSince" TIMESTAMPTZ(3),
    "verifyForSeconds" DOUBLE PRECISION,
    "failureCode" TEXT,
    "failureSentence" TEXT,
    "commands" TEXT[],
    "url" TEXT,

    CONSTRAINT "Restoration_pkey" PRIMARY KEY ("number")
);

-- CreateTable
CREATE TABLE "Receipt" (
    "id" SERIAL NOT NULL,
    "restorationNumber" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "sentence" TEXT NOT NULL,
    "url" TEXT,

    CONSTRAINT "Receipt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "previous" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LiveEvent" (
    "id" BIGSERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "LiveEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "source" TEXT NOT NULL,
    "deliveryId" TEXT NOT NULL,
    "bodyHash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("source","deliveryId")
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL,
    "name" TEXT,
    "email" TEXT,
    "login" TEXT,
    "emailVerified" TIMESTAMPTZ(3),
    "image" TEXT,
    "role" TEXT NOT NULL DEFAULT 'viewer',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Account" (
    "provider" TEXT NOT NULL,
    "providerAccountId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "type" TEXT NOT NULL,

    CONSTRAINT "Account_pkey" PRIMARY KEY ("provider","providerAccountId")
);

-- CreateTable
CREATE TABLE "Session" (
    "tokenHash" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "expires" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("tokenHash")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "createdBy" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Change_at_id_idx" ON "Change"("at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "Change_kind_at_idx" ON "Change"("kind", "at" DESC);

-- CreateIndex
CREATE INDEX "Change_source_subject_at_idx" ON "Change"("source", "subject", "at" DESC);

-- CreateIndex
CREATE INDEX "Change_services_idx" ON "Change" USING GIN ("services");

-- CreateIndex
CREATE INDEX "Change_kind_linkedAt_idx" ON "Change"("kind", "linkedAt");

-- CreateIndex
CREATE INDEX "Change_source_commit_idx" ON "Change"("source", "commit");

-- CreateIndex
CREATE UNIQUE INDEX "Change_source_naturalKey_key" ON "Change"("source", "naturalKey");

-- CreateIndex
CREATE INDEX "ChangeLink_toId_idx" ON "ChangeLink"("toId");

-- CreateIndex
CREATE UNIQUE INDEX "Incident_alertGroup_key" ON "Incident"("alertGroup");

-- CreateIndex
CREATE INDEX "Incident_declaredAt_number_idx" ON "Incident"("declaredAt" DESC, "number" DESC);

-- CreateIndex
CREATE INDEX "Incident_status_idx" ON "Incident"("status");

-- CreateIndex
CREATE UNIQUE INDEX "TimelineEntry_naturalKey_key" ON "TimelineEntry"("naturalKey");

-- CreateIndex
CREATE INDEX "TimelineEntry_incidentNumber_at_idx" ON "TimelineEntry"("incidentNumber", "at");

-- CreateIndex
CREATE UNIQUE INDEX "Restoration_putBackOf_key" ON "Restoration"("putBackOf");

-- CreateIndex
CREATE UNIQUE INDEX "Restoration_pressKey_key" ON "Restoration"("pressKey");

-- CreateIndex
CREATE UNIQUE INDEX "Restoration_naturalKey_key" ON "Restoration"("naturalKey");

-- CreateIndex
CREATE INDEX "Restoration_incidentNumber_number_idx" ON "Restoration"("incidentNumber", "number");

-- CreateIndex
CREATE INDEX "Restoration_resource_number_idx" ON "Restoration"("resource", "number" DESC);

-- CreateIndex
CREATE INDEX "Restoration_state_idx" ON "Restoration"("state");

-- CreateIndex
CREATE INDEX "Receipt_restorationNumber_id_idx" ON "Receipt"("restorationNumber", "id");

-- CreateIndex
CREATE UNIQUE INDEX "AuditEntry_hash_key" ON "AuditEntry"("hash");

-- CreateIndex
CREATE INDEX "LiveEvent_at_idx" ON "LiveEvent"("at");

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_hash_key" ON "ApiToken"("hash");

-- AddForeignKey
ALTER TABLE "ChangeLink" ADD CONSTRAINT "ChangeLink_fromId_fkey" FOREIGN KEY ("fromId") REFERENCES "Change"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ChangeLink" ADD CONSTRAINT "ChangeLink_toId_fkey" FOREIGN KEY ("toId") REFERENCES "Change"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TimelineEntry" ADD CONSTRAINT "TimelineEntry_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Incident"("number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Restoration" ADD CONSTRAINT "Restoration_incidentNumber_fkey" FOREIGN KEY ("incidentNumber") REFERENCES "Incident"("number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Receipt" ADD CONSTRAINT "Receipt_restorationNumber_fkey" FOREIGN KEY ("restorationNumber") REFERENCES "Restoration"("number") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Account" ADD CONSTRAINT "Account_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
