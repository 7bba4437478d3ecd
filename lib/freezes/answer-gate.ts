import "server-only";
import type { AllowedDelivery, GateAnswer } from "@/lib/contracts/freeze";
import { gateAnswer, letsThrough } from "@/lib/rules/freeze-gate";
import { covers } from "@/lib/rules/freeze-holds";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "@/lib/services/list-services";
import { cureOfIncidents } from "./cure-store";
import { allowedBy, type HeldDraft, noteHeld, noteLetThrough } from "./held-store";
import { mergeOfCommit } from "./merge-store";
import { publishFreeze } from "./plan-freeze";
import { type FreezeRow, freezesOn } from "./store";

export type GateQuestion = { service: string; sha?: string | undefined };

/**
 * Tells a pipeline whether it may deliver a commit of a service now, and keeps that it had to wait.
 * Refusal `unknown-service` (404) that names the services there are.
 */
export async function answerGate(ctx: Ctx, { service, sha }: GateQuestion): Promise<GateAnswer> {
  const now = ctx.now();
  const [on] = await Promise.all([freezesOn(ctx.db, now), refuseUnknown(ctx, service)]);
  const covering = on.filter(({ services }) => covers(services, service));
  const asked = { service, sha: sha?.toLowerCase() ?? null, now };
  if (covering.length === 0) return gateAnswer([], asked);
  const freezes = await withAllowed(ctx, covering);
  const answer = gateAnswer(freezes, asked);
  const through = freezes.filter((one) => answer.open || letsThrough(one, asked.sha));
  const holding = freezes.filter((one) => !through.includes(one));
  await keepThrough(
    ctx,
    through.map(({ row }) => row),
    asked,
    now,
  );
  await keepHeld(
    ctx,
    holding.map(({ row }) => row),
    asked,
    now,
  );
  return answer;
}

/** What each freeze lets pass: what restores any incident that something is frozen for, and its own. */
async function withAllowed(ctx: Ctx, rows: FreezeRow[]) {
  const incidents = [...new Set(rows.flatMap(({ incidentNumber }) => incidentNumber ?? []))];
  const [allowed, cures] = await Promise.all([
    allowedBy(
      ctx.db,
      rows.map(({ number }) => number),
    ),
    cureOfIncidents(ctx.db, incidents),
  ]);
  const cure: AllowedDelivery[] = [...cures.values()].flat();
  return rows.map((row) => ({
    ...{ row, id: row.id, services: row.services, reason: row.reason, by: row.by },
    until: row.until.toISOString(),
    thawedAt: row.thawedAt?.toISOString() ?? null,
    incidentId: row.incidentNumber === null ? null : `INC-${row.incidentNumber}`,
    url:
      row.incidentNumber === null
        ? `${ctx.publicUrl}/`
        : `${ctx.publicUrl}/incidents/INC-${row.incidentNumber}`,
    allowed: [...cure, ...(allowed.get(row.number) ?? [])],
  }));
}

type Asked = { service: string; sha: string | null };

/** What a delivery is kept as: one that names no commit is kept once for its service. */
const keptAs = ({ service, sha }: Asked) => sha ?? `${service} (no commit named)`;

async function keepHeld(ctx: Ctx, rows: FreezeRow[], asked: Asked, now: Date): Promise<void> {
  if (rows.length === 0) return;
  const { service, sha } = asked;
  const merge = sha === null ? null : await mergeOfCommit(ctx.db, sha);
  const draft: HeldDraft = {
    ...{ kind: "gate", service, value: keptAs(asked) },
    title: merge?.title ?? (sha === null ? service : `${service} at ${sha.slice(0, 7)}`),
    by: merge?.actor ?? null,
    url: merge?.url ?? null,
  };
  const numbers = rows.map(({ number }) => number);
  const isNew = (await noteHeld(ctx.db, numbers, [draft], now)) > 0;
  if (isNew) for (const row of rows) publishFreeze(ctx, row);
}

async function keepThrough(ctx: Ctx, rows: FreezeRow[], asked: Asked, now: Date): Promise<void> {
  if (rows.length === 0) return;
  const numbers = rows.map(({ number }) => number);
  const which = { kind: "gate" as const, values: [keptAs(asked)] };
  const count = await noteLetThrough(ctx.db, numbers, which, now);
  if (count > 0) for (const row of rows) publishFreeze(ctx, row);
}

async function refuseUnknown(ctx: Ctx, name: string): Promise<void> {
  if (ctx.fileServices.some((service) => service.name === name)) return;
  const known = (await listServices(ctx)).map((service) => service.name);
  if (known.includes(name)) return;
  throw new Refusal(
    "unknown-service",
    404,
    `There is no service "${name.slice(0, 80)}". There are: ${known.join(", ") || "none yet"}.`,
    [{ path: "service", expected: `any of ${known.join(", ")}` }],
  );
}
