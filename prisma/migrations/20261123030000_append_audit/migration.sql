-- Appends one row to the audit chain: lock, hash of the row before, insert, in one call instead of
-- three. Every statement of a volatile function sees what was committed before it began, so the row
-- before is read after the lock was granted. Whoever calls it takes the lock until their transaction
-- ends. "head" is the canonical JSON of the record up to the hash of the row before; "subject" is the
-- last of its members by name (lib/server/audit.ts).
CREATE FUNCTION append_audit(
    head TEXT,
    subject TEXT,
    "at" TIMESTAMPTZ,
    actor TEXT,
    "action" TEXT,
    detail JSONB
) RETURNS INTEGER LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
    before TEXT;
    number INTEGER;
BEGIN
    PERFORM pg_advisory_xact_lock(4711001);
    SELECT "hash" INTO before FROM "AuditEntry" ORDER BY "id" DESC LIMIT 1;
    before := coalesce(before, repeat('0', 64));
    INSERT INTO "AuditEntry" ("at", "actor", "action", "subject", "detail", "previous", "hash")
    VALUES ($3, $4, $5, $2, $6, before, encode(
        sha256(convert_to($1 || before || '","subject":' || to_json($2)::text || '}', 'UTF8')), 'hex'))
    RETURNING "id" INTO number;
    RETURN number;
END
$$;
