import "server-only";
import { migrationScope } from "@/lib/rules/migration-scope";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import type { Place } from "./question";
import { lastDelivered, type MigratedDownRow, migratedDownIn } from "./store";

/**
 * What was taken back in a repository by hand and still holds, newest first: a delivery runs what is
 * missing again, whichever of the services that share those migrations it was of.
 */
export async function listMigratedDown(
  ctx: Pick<Ctx, "db" | "fileServices">,
  place: Place,
): Promise<MigratedDownRow[]> {
  const rows = await migratedDownIn(ctx.db, place);
  const oldest = rows.at(-1);
  if (!oldest) return [];
  const owners = await ownersIn(ctx, place);
  const ownersOf = ({ service, paths }: MigratedDownRow) => [service, ...owners(paths)];
  const services = [...new Set(rows.flatMap(ownersOf))];
  const delivered = await lastDelivered(ctx.db, services, oldest.at);
  return rows.filter((row) =>
    ownersOf(row).every((service) => (delivered.get(service) ?? row.at) <= row.at),
  );
}

/** Tells by name the services of a repository whose migrations some paths are. */
export async function ownersIn(
  ctx: Pick<Ctx, "db" | "fileServices">,
  { source, repository }: Place,
): Promise<(paths: readonly string[]) => string[]> {
  const scopes = (await listServices(ctx)).flatMap((service) =>
    service.repository?.source === source && service.repository.name === repository
      ? [{ name: service.name, scope: migrationScope([service.repository]) }]
      : [],
  );
  return (paths) =>
    scopes.filter(({ scope }) => paths.some((path) => scope.wants(path))).map(({ name }) => name);
}
