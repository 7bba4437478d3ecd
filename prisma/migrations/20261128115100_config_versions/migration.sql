-- What ConfigMaps and Secrets held, key by key as a keyed hash, so that a rollback can be told what
-- changed since a revision was live. Values are never kept.
CREATE TABLE "ConfigVersion" (
    "id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "objectKind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "uid" TEXT NOT NULL,
    "keys" JSONB,
    "seenFrom" TIMESTAMPTZ(3) NOT NULL,
    "seenUntil" TIMESTAMPTZ(3),

    CONSTRAINT "ConfigVersion_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "ConfigVersion_source_namespace_objectKind_name_seenFrom_key"
    ON "ConfigVersion"("source", "namespace", "objectKind", "name", "seenFrom");
