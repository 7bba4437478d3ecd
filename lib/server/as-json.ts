import "server-only";
import type { Prisma } from "./generated/prisma/client";
import { storable } from "./storable";

/**
 * A parsed shape as the database's JSON type: what JSON can't say (undefined) and
 * the database can't hold (zero characters, broken pairs) is left out.
 */
export function asJson(value: unknown): Prisma.InputJsonValue {
  return storable(JSON.parse(JSON.stringify(value)));
}
