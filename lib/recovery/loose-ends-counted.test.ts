import { expect, test } from "vitest";
import { LooseEndKind } from "@/lib/contracts/loose-end";
import { listLooseEnds } from "@/lib/loose-ends/list-loose-ends";
import { draftOf } from "@/lib/retros/gather-retro";
import { readRetro } from "@/lib/retros/store";
import type { Ctx } from "@/lib/server/context";
import type { Database } from "@/lib/server/db";
import { eachDatabase } from "@/lib/server/test-database";
import { getRecovery } from "./get-recovery";

const NOW = Date.UTC(2026, 9, 1);
const MINUTE = 60_000;
const at = (minutes: number) => new Date(NOW - 86_400_000 + minutes * MINUTE);

type Read = Pick<Ctx, "db" | "now" | "fileServices">;
type Data = Parameters<Database["restoration"]["create"]>[0]["data"];

const ROLLBACK = {
  lever: "rollback",
  target: {
    ...{ lever: "rollback", source: "cluster", namespace: "shop", deployment: "checkout" },
    toChangeId: "deploy-1",
  },
  plan: {
    ...{ lever: "rollback", uid: "u", fromHash: "b", fromRevision: 2, toHash: "a", toRevision: 1 },
  },
};
const FLAG = {
  lever: "retoggle",
  target: {
    ...{ lever: "retoggle", source: "flags", project: "default", key: "new-basket" },
    ...{ environment: "production", to: { state: "off" } },
  },
  plan: {
    ...{ lever: "retoggle", seenFingerprint: "f", before: null, after: null, enabled: false },
    afterFingerprint: null,
  },
};
const REVERT = {
  lever: "revert",
  target: { lever: "revert", source: "code", repository: "acme/shop", number: 12 },
  plan: { lever: "revert", head: "h", revertNumber: 13, mergeCommit: null },
};
const OVERRIDDEN = { codes: ["permission"], sentence: "It isn’t allowed.", reason: "it must be" };
const AHEAD = { service: "checkout", version: "1", paths: ["migrations/2.sql"] };

async function incident(db: Database): Promise<number> {
  const { number } = await db.incident.create({
    data: {
      ...{ title: "It hurts", severity: 2, status: "restored", services: ["checkout"] },
      ...{ isDrill: false, origin: "person", declaredBy: "Ada", harmBeganFrom: "person" },
      ...{ declaredAt: at(0), harmBeganAt: at(0), restoredAt: at(30) },
    },
  });
  return number;
}

async function pulled(db: Database, incidentNumber: number, data: object): Promise<number> {
  const key = `${Math.random()}`;
  const made = await db.restoration.create({
    data: {
      ...{ incidentNumber, service: "checkout", label: "Pull", state: "asked", by: "Ada" },
      ...{ pressKey: key, resource: key, instance: "test", plannedAt: at(5), askedAt: at(5) },
      ...data,
    } as Data,
  });
  return made.number;
}

const accepted = { state: "accepted", acceptedAt: at(6) };
const verified = { state: "verified", acceptedAt: at(6), inEffectAt: at(8), endedAt: at(13) };

async function frozen(db: Database, incidentNumber: number | null): Promise<number> {
  const { number } = await db.freeze.create({
    data: {
      ...{ services: ["checkout"], reason: "Rolling back", by: "Ada", incidentNumber },
      ...{ createdAt: at(5), until: at(65) },
    },
  });
  return number;
}

async function paused(db: Database, name: string, restorationNumbers: number[]): Promise<void> {
  await db.hold.create({
    data: {
      ...{ layer: "argo-cd", source: "cluster", subject: `argocd/${name}`, state: "held" },
      detail: { kind: "argo-cd", namespace: "argocd", name },
      ...{ sentence: "It waits.", commands: [], endsByItself: false, at: at(5), dueAt: at(5) },
      claims: { create: restorationNumbers.map((restorationNumber) => ({ restorationNumber })) },
    },
  });
}

eachDatabase("loose ends", (database) => {
  test("are as many in the history as on the incident and in its retro, of every kind", async () => {
    const { db } = database();
    const ctx: Read = { db, now: () => new Date(NOW), fileServices: [] };
    const number = await incident(db);
    const counted = async () => {
      const { looseEnds } = await getRecovery(ctx, { drills: "without" });
      return Object.fromEntries(looseEnds.map(({ kind, n }) => [kind, n]));
    };
    const listed = async () => {
      const kinds = (await listLooseEnds(ctx, number)).map(({ kind }) => kind);
      const found = await readRetro(db, number);
      if (!found) throw new Error("the incident is there");
      const { draft } = await draftOf(ctx, number, found.incident, found.facts);
      expect(draft.looseEnds.map(({ kind }) => kind).sort()).toEqual(kinds.toSorted());
      return Object.fromEntries(
        [...Map.groupBy(kinds, (one) => one)].map(([k, v]) => [k, v.length]),
      );
    };
    const agree = async (more: object) => {
      const found = await listed();
      expect(found).toMatchObject(more);
      expect(await counted()).toEqual(found);
    };
    await agree({});
    // Read after each, so that whatever adds one is seen to mark its incident.
    const refused = { state: "failed", endedAt: at(6) };
    await pulled(db, number, { ...ROLLBACK, ...refused });
    await pulled(db, number, {
      ...FLAG,
      ...refused,
      plan: { ...FLAG.plan, overridden: OVERRIDDEN },
    });
    await agree({});
    const asked = await pulled(db, number, {
      ...ROLLBACK,
      plan: { ...ROLLBACK.plan, schemaAhead: AHEAD, overridden: OVERRIDDEN },
    });
    await paused(db, "checkout", [asked]);
    // Shown while the lever has no answer; what it leaves is history once it has one.
    expect(await listed()).toEqual({ "paused-owner": 1 });
    expect(await counted()).toEqual({});
    await db.restoration.update({ where: { number: asked }, data: accepted });
    await agree({ "older-version": 1, "schema-ahead": 1, "override-used": 1, "paused-owner": 1 });
    await paused(db, "basket", [asked, await pulled(db, number, { ...ROLLBACK, ...verified })]);
    await agree({ "older-version": 2, "paused-owner": 2 });
    const revert = await pulled(db, number, { ...REVERT, ...accepted });
    await agree({ "revert-unmerged": 1 });
    const merged = { state: "in-effect", inEffectAt: at(9) };
    await db.restoration.update({ where: { number: revert }, data: merged });
    expect(await listed()).not.toHaveProperty("revert-unmerged");
    await agree({});
    await pulled(db, number, { ...REVERT, ...accepted });
    await pulled(db, number, { ...FLAG, ...verified });
    await agree({ "flag-left-off": 1, "revert-unmerged": 1 });
    const on = { ...FLAG.target, to: { state: "on" } };
    await pulled(db, number, { ...FLAG, ...verified, target: on });
    const overridden = { ...ROLLBACK.plan, overridden: OVERRIDDEN };
    await pulled(db, number, { ...ROLLBACK, ...verified, plan: overridden, putBackOf: asked });
    await agree({ "flag-left-off": 1, "override-used": 2, "older-version": 2 });
    const freezeNumber = await frozen(db, number);
    await agree({ freeze: 1 });
    const let1 = { freezeNumber, kind: "commit", reason: "it is safe", by: "Ada", at: at(7) };
    await db.allowedDelivery.create({ data: { ...let1, value: "a1b9c3e", why: "override" } });
    await agree({ "override-used": 3 });
    await db.allowedDelivery.create({ data: { ...let1, value: "b2b9c3e", why: "cure" } });
    await frozen(db, number);
    await agree({ freeze: 2 });
    await frozen(db, null);
    await agree({ freeze: 2 });
    expect(Object.keys(await counted()).sort()).toEqual([...LooseEndKind.options].sort());
  });
});
