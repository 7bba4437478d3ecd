import "server-only";
import type { Prisma } from "./generated/prisma/client";

/** A parsed shape as the database's JSON type: what JSON can't say (undefined) is left out. */
export function asJson(value: unknown): Prisma.InputJsonValue {
  return JSON.parse(JSON.stringify(value));
}
