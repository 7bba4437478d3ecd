import "server-only";
import { createHash } from "node:crypto";
import type { Database, Transaction } from "./db";

/** What the first row follows. */
const FIRST = "0".repeat(64);

export type AuditRecord = {
  actor: string;
  /** A verb: "restore.asked", "incident.declare". */
  action: string;
  /** What it was done to: "INC-142", "R-311". */
  subject: string;
  detail: Record<string, unknown>;
  at: Date;
};

/** JSON with sorted keys: the database reorders them, and the hash must not notice. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

function hashOf(previous: string, record: AuditRecord): string {
  const { actor, action, subject, detail } = record;
  return createHash("sha256")
    .update(canonical({ previous, at: record.at.toISOString(), actor, action, subject, detail }))
    .digest("hex");
}

/**
 * The arguments of the database's function `append_audit`, but for the subject: for statements that
 * write an act and its audit row in one go.
 */
export type AuditArguments = {
  /** What is hashed, up to the hash of the row before, which only the database knows. */
  head: string;
  at: Date;
  actor: string;
  action: string;
  /** JSON. */
  detail: string;
};

export function auditArguments(record: Omit<AuditRecord, "subject">): AuditArguments {
  const { actor, action, at } = record;
  // What is stored is what is hashed: JSON has no undefined and no Date.
  const detail = JSON.stringify(record.detail);
  const body = canonical({ action, actor, at: at.toISOString(), detail: JSON.parse(detail) });
  return { head: `${body.slice(0, -1)},"previous":"`, at, actor, action, detail };
}

/**
 * Writes who did what, in the caller's transaction: no audit row, no act. Appenders take turns
 * until that transaction ends, so call it late.
 */
export async function appendAudit(tx: Transaction, record: AuditRecord): Promise<void> {
  const { head, at, actor, action, detail } = auditArguments(record);
  await tx.$executeRaw`
    SELECT append_audit(${head}, ${record.subject}, ${at}::timestamptz, ${actor}, ${action},
      ${detail}::jsonb)`;
}

export type AuditVerdict =
  | { intact: true; entries: number }
  | { intact: false; entries: number; brokenAt: number };

/** Walks the whole chain; `brokenAt` is the id of the first row that doesn't follow from the one before. */
export async function verifyAudit(db: Database): Promise<AuditVerdict> {
  let previous = FIRST;
  let after = 0;
  let entries = 0;
  for (;;) {
    const rows = await db.auditEntry.findMany({
      where: { id: { gt: after } },
      orderBy: { id: "asc" },
      take: 1000,
    });
    for (const row of rows) {
      const { id, at, actor, action, subject } = row;
      const detail: Record<string, unknown> = isRecord(row.detail) ? row.detail : {};
      const expected = hashOf(previous, { at, actor, action, subject, detail });
      if (row.previous !== previous || row.hash !== expected) {
        return { intact: false, entries, brokenAt: id };
      }
      previous = row.hash;
      after = id;
      entries += 1;
    }
    if (rows.length < 1000) return { intact: true, entries };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
