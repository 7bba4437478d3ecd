import "server-only";
import type { AllowedDelivery } from "@/lib/contracts/freeze";
import { cureOfIncidents } from "@/lib/freezes/cure-store";
import { allowedBy } from "@/lib/freezes/held-store";
import { type FreezeRow, freezesByNumber, freezesOn } from "@/lib/freezes/store";
import { allowedThrough } from "@/lib/rules/freeze-allowed";
import type { Ctx } from "@/lib/server/context";
import type { ClaimOfHold } from "./job-store";

export type FreezesOfHold = {
  rows: FreezeRow[];
  incidentNumbers: number[];
  /** What all of them let through. */
  allowed: AllowedDelivery[];
};

/** What freezes say of one moment, read once for all holds that are taken then. */
export type KnownFreezes = {
  /** The freezes that claim a hold. */
  freezesOf(live: readonly ClaimOfHold[]): Promise<FreezesOfHold>;
  /** What restores any incident that something is frozen for: another freeze must not hold it either. */
  curesOfAll(): Promise<AllowedDelivery[]>;
};

export function knowFreezes(ctx: Ctx): KnownFreezes {
  const read = new Map<string, Promise<FreezesOfHold>>();
  let cures: Promise<AllowedDelivery[]> | null = null;
  return {
    freezesOf(live) {
      const numbers = live.flatMap(({ freezeNumber }) => freezeNumber ?? []);
      const key = numbers.join(",");
      const known = read.get(key) ?? readFreezes(ctx, numbers);
      read.set(key, known);
      return known;
    },
    curesOfAll() {
      cures ??= readCures(ctx);
      return cures;
    },
  };
}

async function readFreezes(ctx: Ctx, numbers: number[]): Promise<FreezesOfHold> {
  const rows = await freezesByNumber(ctx.db, numbers);
  const incidentNumbers = [...new Set(rows.flatMap(({ incidentNumber }) => incidentNumber ?? []))];
  const [allowed, cures] = await Promise.all([
    allowedBy(ctx.db, numbers),
    cureOfIncidents(ctx.db, incidentNumbers),
  ]);
  const lists = rows.map(({ number, incidentNumber }) => [
    ...(incidentNumber === null ? [] : (cures.get(incidentNumber) ?? [])),
    ...(allowed.get(number) ?? []),
  ]);
  return { rows, incidentNumbers, allowed: allowedThrough(lists) };
}

async function readCures(ctx: Ctx): Promise<AllowedDelivery[]> {
  const on = await freezesOn(ctx.db, ctx.now());
  const incidentNumbers = [...new Set(on.flatMap(({ incidentNumber }) => incidentNumber ?? []))];
  return [...(await cureOfIncidents(ctx.db, incidentNumbers)).values()].flat();
}
