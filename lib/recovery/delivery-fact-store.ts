import "server-only";
import type { JudgedDeploy, JudgedRole, KnownRestorations } from "@/lib/rules/attribute-failures";
import { HOTFIX_LABEL, HOTFIX_TITLE } from "@/lib/rules/hotfix-words";
import type { Transaction } from "@/lib/server/db";

/**
 * Makes the facts of these deploys anew, but for their roles. Returns the services whose roles are to
 * be judged again.
 */
export async function remakeDeliveryFacts(tx: Transaction, changeIds: string[]): Promise<string[]> {
  const before = await tx.$queryRaw<{ service: string }[]>`
    DELETE FROM "DeliveryFact" WHERE "changeId" = ANY(${changeIds}::text[]) RETURNING "service"`;
  const made = await tx.$queryRaw<{ service: string }[]>`
    INSERT INTO "DeliveryFact" ("changeId", "service", "at", "completedAt", "title", "line",
      "revision", "returnsTo", "template", "restorationId", "pulls", "reverts", "hotfix",
      "firstMergedAt", "role", "because")
    SELECT deploy."id", one."service", deploy."at", deploy."completedAt", deploy."title",
           deploy."source" || '/' || deploy."subject" || '/' || (deploy."details" ->> 'uid'),
           (deploy."details" ->> 'revision')::int, (deploy."details" ->> 'returnsTo')::int,
           left(deploy."details" ->> 'templateHash', 24), deploy."details" ->> 'restorationId',
           coalesce(carried."pulls", '{}'), coalesce(carried."reverts", '{}'), carried."hotfix",
           carried."firstMergedAt", 'normal', ''
      FROM "Change" deploy
     CROSS JOIN LATERAL (SELECT DISTINCT unnest(deploy."services") AS "service") one
      LEFT JOIN LATERAL (
        SELECT array_agg(merge."subject" ORDER BY merge."subject") AS "pulls",
               array_agg(DISTINCT merge."details" ->> 'repository' || '#' || (merge."details" ->> 'revertOf'))
                 FILTER (WHERE merge."details" ->> 'revertOf' IS NOT NULL) AS "reverts",
               min(merge."title") FILTER (WHERE merge."title" ~* ${HOTFIX_TITLE} OR EXISTS (
                 SELECT FROM jsonb_array_elements_text(merge."details" -> 'labels') AS label("name")
                  WHERE label."name" ~* ${HOTFIX_LABEL})) AS "hotfix",
               min(merge."at") AS "firstMergedAt"
          FROM "ChangeLink" link JOIN "Change" merge ON merge."id" = link."toId"
         WHERE link."fromId" = deploy."id" AND merge."kind" = 'merge'
      ) carried ON true
     WHERE deploy."id" = ANY(${changeIds}::text[]) AND deploy."kind" = 'deploy'
    RETURNING "service"`;
  return [...new Set([...before, ...made].map(({ service }) => service))];
}

type Stored = JudgedDeploy & { judged: JudgedRole };

/** All deploys of a service, with the roles that were written last. */
export async function deploysOf(tx: Transaction, service: string): Promise<Stored[]> {
  const [row] = await tx.$queryRaw<{ list: string | null }[]>`
    SELECT json_agg(json_build_object(
      'id', "changeId", 'at', floor(extract(epoch FROM "at") * 1000),
      'completedAt', floor(extract(epoch FROM "completedAt") * 1000), 'line', "line",
      'revision', "revision", 'returnsTo', "returnsTo", 'template', "template",
      'restorationId', "restorationId", 'pulls', "pulls", 'reverts', "reverts",
      'hotfix', "hotfix", 'firstMergedAt', floor(extract(epoch FROM "firstMergedAt") * 1000),
      'judged', json_build_object('role', "role", 'leadMs', "leadMs", 'recoveryMs', "recoveryMs",
        'because', "because")))::text AS "list"
    FROM "DeliveryFact" WHERE "service" = ${service}`;
  return JSON.parse(row?.list ?? "[]");
}

/** What the Restorations of a service's deploys say of them. */
export async function restorationsOf(tx: Transaction, service: string): Promise<KnownRestorations> {
  const rows = await tx.$queryRaw<
    { number: number; suspectId: string | null; endedAt: Date; isWayBack: boolean }[]
  >`
    SELECT restoration."number", restoration."suspectId", restoration."endedAt", false AS "isWayBack"
      FROM "Restoration" restoration
      JOIN "DeliveryFact" fact ON fact."changeId" = restoration."suspectId"
     WHERE fact."service" = ${service} AND restoration."lever" = 'retoggle'
       AND restoration."state" = 'verified' AND restoration."putBackOf" IS NULL
    UNION ALL
    SELECT restoration."number", NULL, restoration."endedAt", true FROM "Restoration" restoration
      JOIN "DeliveryFact" fact ON fact."restorationId" = 'R-' || restoration."number"
     WHERE fact."service" = ${service} AND restoration."state" = 'verified'`;
  const verifiedAt = new Map<string, number>();
  const retoggled = new Map<string, { id: string; verifiedAt: number }>();
  for (const row of rows) {
    const at = row.endedAt.getTime();
    const id = `R-${row.number}`;
    if (row.isWayBack) verifiedAt.set(id, at);
    const before = row.suspectId === null ? undefined : retoggled.get(row.suspectId);
    if (row.suspectId !== null && (!before || at < before.verifiedAt)) {
      retoggled.set(row.suspectId, { id, verifiedAt: at });
    }
  }
  return { verifiedAt, retoggled };
}

/** Writes what was judged of a service's deploys. */
export async function saveRoles(
  tx: Transaction,
  service: string,
  roles: (JudgedRole & { id: string })[],
): Promise<void> {
  if (roles.length === 0) return;
  await tx.$executeRaw`
    UPDATE "DeliveryFact" fact
       SET "role" = row."role", "leadMs" = row."leadMs", "recoveryMs" = row."recoveryMs",
           "because" = row."because"
      FROM jsonb_to_recordset(${JSON.stringify(roles)}::jsonb) AS row("id" text, "role" text,
        "leadMs" float8, "recoveryMs" float8, "because" text)
     WHERE fact."service" = ${service} AND fact."changeId" = row."id"`;
}
