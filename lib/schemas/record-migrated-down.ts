import "server-only";
import type { MigratedDownInput } from "@/lib/contracts/schema-judgement";
import type { Service } from "@/lib/contracts/service";
import { getIncident } from "@/lib/incidents/get-incident";
import { insertEntry } from "@/lib/incidents/store";
import { closedInWords } from "@/lib/rules/closed-incident";
import { counted } from "@/lib/rules/say";
import { appendAudit } from "@/lib/server/audit";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "@/lib/services/list-services";
import { listMigratedDown, ownersIn } from "./list-migrated-down";
import type { Place } from "./question";
import { insertMigratedDown, knownMigrations } from "./store";

/**
 * Writes down that somebody took migrations back by hand: for the judge, on the incident's timeline and
 * in the audit, all or none. Known Good never runs a migration, so it takes their word. It holds until
 * the service is delivered again. Said twice it is written down once. Refusals: `incident-closed`,
 * `unknown-service`, `no-repository`, `unknown-migration` (none that is known, or another service's).
 */
export async function recordMigratedDown(ctx: Ctx, input: MigratedDownInput): Promise<void> {
  const { number, incident } = await getIncident(ctx, input.incidentId);
  const closed = closedInWords(incident);
  if (closed) throw new Refusal("incident-closed", 409, closed);
  const service = (await listServices(ctx)).find(({ name }) => name === input.service);
  if (!service) {
    throw new Refusal("unknown-service", 422, `There is no service ${input.service}.`);
  }
  if (!service.repository) {
    const because = `No repository is named for ${service.title}, so no migrations are known.`;
    throw new Refusal("no-repository", 422, because);
  }
  const { source, name: repository } = service.repository;
  const paths = [...new Set(input.paths)].sort();
  const place = { source, repository };
  await refuseStrange(ctx, service, place, paths);
  if (await isKnown(ctx, place, paths)) return;
  const { note } = input;
  const at = ctx.now();
  const by = ctx.actor.name;
  await ctx.db.$transaction(async (tx) => {
    await insertMigratedDown(tx, {
      ...{ incidentNumber: number, service: service.name, source, repository, paths, note, by, at },
    });
    await insertEntry(tx, {
      incidentNumber: number,
      kind: "lever",
      at,
      text: `${by} took ${counted(paths.length, "migration")} of ${service.title} back by hand (${namesOf(paths)}): ${note}`,
      by,
    });
    await appendAudit(tx, {
      actor: ctx.actor.id,
      action: "migrated-down",
      subject: incident.id,
      detail: { service: service.name, repository, paths, note },
      at,
    });
  });
  ctx.publish("incident", incident.id);
}

/** Their word unlocks a lever: it is taken for migrations alone that somebody has seen, and of that service. */
async function refuseStrange(
  ctx: Ctx,
  service: Service,
  place: Place,
  paths: string[],
): Promise<void> {
  const [known, owners] = await Promise.all([knownMigrations(ctx.db, place), ownersIn(ctx, place)]);
  const isAnyIts = owners(paths).includes(service.name);
  const strange = isAnyIts
    ? paths.filter((path) => !known.has(path) || owners([path]).length === 0)
    : paths;
  if (strange.length === 0) return;
  const because = `${namesOf(strange)}: no migration of ${service.title} of that name is known.`;
  throw new Refusal("unknown-migration", 422, because);
}

/** Whether all of it was said before and still holds. */
async function isKnown(ctx: Ctx, place: Place, paths: string[]): Promise<boolean> {
  const before = await listMigratedDown(ctx, place);
  const known = new Set(before.flatMap((row) => row.paths));
  return paths.every((path) => known.has(path));
}

function namesOf(paths: string[]): string {
  const names = paths.slice(0, 3).map((path) => path.split("/").slice(-2).join("/"));
  return paths.length > 3 ? `${names.join(", ")} and ${paths.length - 3} more` : names.join(", ");
}
