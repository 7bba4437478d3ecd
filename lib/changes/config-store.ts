import "server-only";
import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { ConfigName } from "@/lib/integrations/deploy-source";
import { asJson } from "@/lib/server/as-json";
import type { Database, Transaction } from "@/lib/server/db";
import { Prisma } from "@/lib/server/generated/prisma/client";

const KeyHashes = z.record(z.string(), z.string());

/** What a ConfigMap or Secret held from one moment to another; values only as keyed hashes. */
export type ConfigVersion = ConfigName & {
  source: string;
  uid: string;
  /** Null while there was no such object. */
  keys: Record<string, string> | null;
  seenFrom: Date;
  /** Null for the present one. */
  seenUntil: Date | null;
};

/** The versions of one object, newest first. */
export async function configVersions(
  db: Database | Transaction,
  query: ConfigName & { source: string; limit: number },
): Promise<ConfigVersion[]> {
  const { source, namespace, objectKind, name } = query;
  const rows = await db.configVersion.findMany({
    where: { source, namespace, objectKind, name },
    orderBy: { seenFrom: "desc" },
    take: query.limit,
  });
  return rows.map((row) => ({
    source,
    namespace,
    objectKind,
    name,
    uid: row.uid,
    keys: row.keys === null ? null : KeyHashes.parse(row.keys),
    seenFrom: row.seenFrom,
    seenUntil: row.seenUntil,
  }));
}

/** What objects of a namespace hold now, as far as the ledger knows; those it doesn't know are left out. */
export async function presentConfig(
  db: Database,
  query: { source: string; namespace: string; objects: Pick<ConfigName, "objectKind" | "name">[] },
): Promise<Pick<ConfigVersion, "objectKind" | "name" | "keys" | "seenFrom">[]> {
  const { source, namespace, objects } = query;
  const rows = await db.configVersion.findMany({
    where: {
      ...{ source, namespace, seenUntil: null },
      OR: objects.map(({ objectKind, name }) => ({ objectKind, name })),
    },
  });
  return rows.map(({ objectKind, name, keys, seenFrom }) => ({
    objectKind: objectKind === "Secret" ? "Secret" : "ConfigMap",
    name,
    keys: keys === null ? null : KeyHashes.parse(keys),
    seenFrom,
  }));
}

/** Ends the present version and begins the next; false when somebody else has begun it already. */
export async function saveConfigVersion(
  tx: Transaction,
  version: Omit<ConfigVersion, "seenUntil">,
): Promise<boolean> {
  const { source, namespace, objectKind, name, keys, seenFrom } = version;
  const { count } = await tx.configVersion.createMany({
    data: [{ ...version, id: randomUUID(), keys: keys === null ? Prisma.DbNull : asJson(keys) }],
    skipDuplicates: true,
  });
  if (count === 0) return false;
  await tx.configVersion.updateMany({
    where: { source, namespace, objectKind, name, seenUntil: null, seenFrom: { lt: seenFrom } },
    data: { seenUntil: seenFrom },
  });
  return true;
}
