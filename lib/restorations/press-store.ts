import "server-only";
import { randomUUID } from "node:crypto";
import type { IncidentStatus } from "@/lib/contracts/incident";
import type { LeverTarget } from "@/lib/contracts/lever";
import type { Restoration, RestorationState } from "@/lib/contracts/restoration";
import type { Override } from "@/lib/rules/may-restore";
import { asJson } from "@/lib/server/as-json";
import { type AuditRecord, auditArguments } from "@/lib/server/audit";
import type { Database } from "@/lib/server/db";
import type { Plan } from "./plan";
import type { Job } from "./store";

// What a press waits for. Each of these is one statement, written as SQL: as single writes in a
// transaction the intent took eight turns to the database and the outcome seven. Times are given as
// Dates, so that Prisma writes them as it writes and reads every other, whatever the session's zone.

/** What decides whether a lever may be pulled. */
export type Ground = {
  incident: { id: string; status: IncidentStatus; isDrill: boolean; services: string[] };
  latest: Pick<Restoration, "id" | "state" | "by" | "label"> | null;
};

type GroundRow = {
  status: IncidentStatus;
  isDrill: boolean;
  services: string[];
  number: number | null;
  state: RestorationState;
  by: string;
  label: string;
};

/** The incident and the latest Restoration on the resource; null when there is no such incident. */
export async function readGround(
  db: Database,
  incidentNumber: number,
  resource: string,
): Promise<Ground | null> {
  const [row] = await db.$queryRaw<GroundRow[]>`
    SELECT "Incident"."status", "Incident"."isDrill", "Incident"."services",
           latest."number", latest."state", latest."by", latest."label"
      FROM "Incident" LEFT JOIN LATERAL (
        SELECT "number", "state", "by", "label" FROM "Restoration"
         WHERE "resource" = ${resource} ORDER BY "number" DESC LIMIT 1) latest ON true
     WHERE "Incident"."number" = ${incidentNumber}`;
  if (!row) return null;
  const { status, isDrill, services, number, state, by, label } = row;
  return {
    incident: { id: `INC-${incidentNumber}`, status, isDrill, services },
    latest: number === null ? null : { id: `R-${number}`, state, by, label },
  };
}

export type Claim = {
  incidentNumber: number;
  target: LeverTarget;
  label: string;
  service: string | null;
  suspectId: string | null;
  by: string;
  wasRecommended: boolean | null;
  putBackOf: number | null;
  pressKey: string;
  naturalKey: string;
  resource: string;
  plan: Plan;
  instance: string;
  at: Date;
  verifyForSeconds: number | null;
  url: string | null;
  /** What stood in the way and was set aside. */
  overrides: Override | null;
  /** Deliveries that are frozen with it. */
  freeze?: ClaimedFreeze | null;
};

/**
 * `entry`: words for the timeline, which the freeze's id is put behind. `when`: "until 14:05 UTC", for
 * telling that one was renewed.
 */
export type ClaimedFreeze = {
  services: string[];
  reason: string;
  until: Date;
  when: string;
  entry: string;
};

const NO_FREEZE: ClaimedFreeze = {
  ...{ services: [], reason: "", until: new Date(0), when: "", entry: "" },
};

/**
 * Writes the intent: Restoration, receipt, timeline entry and audit row, all or none, and with them the
 * freeze that it was pressed with; one of the same incident on the same services that is on already lasts as
 * long as this one would instead, and the timeline tells of it. Answers it as it was written; null, and
 * nothing is written, when the incident was resolved since it was read: its row is held until this is
 * written, so that whoever resolves it sees this or is seen by it. Fails with a unique violation when the
 * same act is claimed already.
 */
export async function insertClaim(
  db: Database,
  claim: Claim,
  audit: Omit<AuditRecord, "subject">,
): Promise<Job | null> {
  const { at, target, by, label, incidentNumber, overrides } = claim;
  const plan = JSON.stringify(asJson(claim.plan));
  const receipts = [
    `${by} asked: ${label}`,
    ...(overrides ? [`${by} overrode “${overrides.sentence}” because: ${overrides.reason}`] : []),
  ];
  const entry = `${by} pulled: ${label}${overrides ? `, although ${overrides.codes.join(", ")}: ${overrides.reason}` : ""}`;
  const told = auditArguments(audit);
  const freeze = claim.freeze ?? NO_FREEZE;
  const isFrozen = freeze.services.length > 0;
  const { services, until } = freeze;
  const frozen = auditArguments({ ...audit, action: "freeze", detail: { services, until } });
  const again = auditArguments({ ...audit, action: "renew-freeze", detail: { until } });
  const renewal = `${by} renewed F-`;
  const [row] = await db.$queryRaw<{ number: number }[]>`
    WITH held AS (
      SELECT "number" FROM "Incident"
       WHERE "number" = ${incidentNumber} AND "status" IN ('declared', 'restored') FOR SHARE
    ), claimed AS (
      INSERT INTO "Restoration" ("incidentNumber", "lever", "target", "label", "service",
        "suspectId", "state", "by", "wasRecommended", "putBackOf", "pressKey", "naturalKey",
        "resource", "plan", "instance", "plannedAt", "askedAt", "verifyForSeconds", "url",
        "commands", "evidenceDueAt")
      SELECT "number", ${target.lever}, ${JSON.stringify(asJson(target))}::jsonb, ${label},
        ${claim.service}::text, ${claim.suspectId}::text, 'asked', ${by},
        ${claim.wasRecommended}::boolean, ${claim.putBackOf}::int, ${claim.pressKey},
        ${claim.naturalKey}, ${claim.resource}, ${plan}::jsonb, ${claim.instance},
        ${at}::timestamptz, ${at}::timestamptz, ${claim.verifyForSeconds}::float8,
        ${claim.url}::text, '{}', ${at}::timestamptz FROM held
      RETURNING "number"
    ), receipt AS (
      INSERT INTO "Receipt" ("restorationNumber", "at", "sentence")
      SELECT "number", ${at}::timestamptz, told."sentence" FROM claimed,
        unnest(${receipts}::text[]) WITH ORDINALITY AS told("sentence", "place")
       ORDER BY told."place"
    ), entry AS (
      INSERT INTO "TimelineEntry" ("id", "incidentNumber", "kind", "at", "text", "by", "restorationId")
      SELECT ${randomUUID()}, ${incidentNumber}, 'lever', ${at}::timestamptz, ${entry}, ${by},
        'R-' || "number" FROM claimed
    ), renewed AS (
      UPDATE "Freeze" SET "until" = greatest("until", ${until}::timestamptz), "warnedAt" = NULL,
        "planDueAt" = ${at}::timestamptz
       WHERE ${isFrozen}::boolean AND EXISTS (SELECT FROM claimed)
         AND "incidentNumber" = ${incidentNumber} AND "services" = ${services}::text[]
         AND "thawedAt" IS NULL AND "until" > ${at}::timestamptz
      RETURNING "number", "until" = ${until}::timestamptz AS "isLonger"
    ), frozen AS (
      INSERT INTO "Freeze" ("services", "reason", "by", "incidentNumber", "restorationNumber",
        "createdAt", "until", "planDueAt")
      SELECT ${services}::text[], ${freeze.reason}, ${by}, ${incidentNumber}, "number",
        ${at}::timestamptz, ${until}::timestamptz, ${at}::timestamptz
        FROM claimed WHERE ${isFrozen}::boolean AND NOT EXISTS (SELECT FROM renewed)
      RETURNING "number"
    ), pressed AS (
      INSERT INTO "FreezePress" ("freezeNumber", "restorationNumber")
      SELECT one."number", claimed."number" FROM claimed,
        (SELECT "number" FROM renewed UNION ALL SELECT "number" FROM frozen) one
    ), "frozenEntry" AS (
      INSERT INTO "TimelineEntry" ("id", "incidentNumber", "kind", "at", "text", "by")
      SELECT ${randomUUID()}, ${incidentNumber}, 'freeze', ${at}::timestamptz,
        ${freeze.entry} || ' (F-' || "number" || ')', ${by} FROM frozen
      UNION ALL
      SELECT gen_random_uuid()::text, ${incidentNumber}::int, 'freeze', ${at}::timestamptz,
        ${renewal}::text || "number" || ' ' || ${freeze.when}, ${by} FROM renewed WHERE "isLonger"
    )
    SELECT "number", append_audit(${told.head}, 'R-' || "number", ${told.at}::timestamptz,
      ${told.actor}, ${told.action}, ${told.detail}::jsonb),
      (SELECT append_audit(${frozen.head}, 'F-' || "number", ${frozen.at}::timestamptz,
        ${frozen.actor}, ${frozen.action}, ${frozen.detail}::jsonb) FROM frozen),
      (SELECT count(append_audit(${again.head}, 'F-' || "number", ${again.at}::timestamptz,
        ${again.actor}, ${again.action}, ${again.detail}::jsonb)) FROM renewed WHERE "isLonger")
      FROM claimed`;
  if (!row) return null;
  return {
    number: row.number,
    incidentNumber,
    restoration: restorationOf(row.number, claim, receipts),
    plan: claim.plan,
    resource: claim.resource,
    instance: claim.instance,
  };
}

function restorationOf(number: number, claim: Claim, receipts: string[]): Restoration {
  const at = claim.at.toISOString();
  const { target, label, service, suspectId, by, wasRecommended, verifyForSeconds, url } = claim;
  return {
    id: `R-${number}`,
    incidentId: `INC-${claim.incidentNumber}`,
    lever: target.lever,
    target,
    label,
    service,
    suspectId,
    state: "asked",
    by,
    wasRecommended,
    putBackOf: claim.putBackOf === null ? null : `R-${claim.putBackOf}`,
    putBackBy: null,
    plannedAt: at,
    askedAt: at,
    acceptedAt: null,
    inEffectAt: null,
    endedAt: null,
    stages: [],
    progress: null,
    goodSince: null,
    verifyForSeconds,
    failure: null,
    commands: [],
    receipts: receipts.map((sentence) => ({ at, sentence, url: null })),
    url,
  };
}

/** What came of asking; what it doesn't name stays as it is. */
export type Outcome = {
  state: RestorationState;
  at: Date;
  /** Of the receipt. */
  sentence: string;
  acceptedAt?: Date;
  endedAt?: Date;
  failure?: { code: string; sentence: string };
  commands?: string[];
  url?: string | null;
  plan?: Plan;
  /** True once it is known that nothing was done: the same press may be made again. */
  release?: boolean;
  /** Words for the incident's timeline. */
  entry?: string;
};

/**
 * Moves a Restoration on from the state in which it is known, with its receipt, timeline entry and
 * audit row, all or none. Answers it as it is now; null when somebody else settled it meanwhile.
 */
export async function writeOutcome(
  db: Database,
  job: Job,
  outcome: Outcome,
  audit: Omit<AuditRecord, "subject">,
): Promise<Job | null> {
  const { state, at, sentence, failure, plan, acceptedAt = null, endedAt = null } = outcome;
  const url = outcome.url ?? null;
  const commands = outcome.commands ? JSON.stringify(outcome.commands) : null;
  const newPlan = plan ? JSON.stringify(asJson(plan)) : null;
  const told = auditArguments(audit);
  const release = outcome.release ?? false;
  const entry = outcome.entry ?? null;
  const { id } = job.restoration;
  const rows = await db.$queryRaw<{ number: number }[]>`
    WITH moved AS (
      UPDATE "Restoration" SET
        "state" = ${state},
        "acceptedAt" = coalesce(${acceptedAt}::timestamptz, "acceptedAt"),
        "endedAt" = coalesce(${endedAt}::timestamptz, "endedAt"),
        "failureCode" = coalesce(${failure?.code ?? null}::text, "failureCode"),
        "failureSentence" = coalesce(${failure?.sentence ?? null}::text, "failureSentence"),
        "commands" = CASE WHEN ${commands}::jsonb IS NULL THEN "commands"
          ELSE ARRAY(SELECT jsonb_array_elements_text(${commands}::jsonb)) END,
        "url" = coalesce(${url}::text, "url"),
        "plan" = coalesce(${newPlan}::jsonb, "plan"),
        "naturalKey" = CASE WHEN ${release}::boolean THEN NULL ELSE "naturalKey" END,
        "putBackOf" = CASE WHEN ${release}::boolean THEN NULL ELSE "putBackOf" END
      WHERE "number" = ${job.number} AND "state" = ${job.restoration.state} AND "endedAt" IS NULL
      RETURNING "number", "incidentNumber"
    ), receipt AS (
      INSERT INTO "Receipt" ("restorationNumber", "at", "sentence", "url")
      SELECT "number", ${at}::timestamptz, ${sentence}, ${url} FROM moved
    ), entry AS (
      INSERT INTO "TimelineEntry" ("id", "incidentNumber", "kind", "at", "text", "restorationId")
      SELECT ${randomUUID()}, "incidentNumber", 'restoration', ${at}::timestamptz, ${entry}, ${id}
        FROM moved WHERE ${entry}::text IS NOT NULL
    )
    SELECT "number", append_audit(${told.head}, ${id}, ${told.at}::timestamptz, ${told.actor},
      ${told.action}, ${told.detail}::jsonb) FROM moved`;
  if (rows.length === 0) return null;
  const was = job.restoration;
  return {
    ...job,
    plan: plan ?? job.plan,
    restoration: {
      ...was,
      state,
      acceptedAt: acceptedAt?.toISOString() ?? was.acceptedAt,
      endedAt: endedAt?.toISOString() ?? was.endedAt,
      failure: failure ?? was.failure,
      commands: outcome.commands ?? was.commands,
      url: url ?? was.url,
      putBackOf: release ? null : was.putBackOf,
      receipts: [...was.receipts, { at: at.toISOString(), sentence, url }],
    },
  };
}
