import { randomUUID } from "node:crypto";
import type { Change } from "@/lib/contracts/change";
import type { LeverTarget, RetoggleTarget, RollbackTarget } from "@/lib/contracts/lever";
import type { Database } from "./db";

export type PastIncident = {
  title?: string;
  severity?: 1 | 2 | 3 | 4;
  services?: string[];
  status?: "declared" | "restored" | "resolved";
  commander?: string | null;
  declaredBy?: string;
  harmBeganAt: Date;
  declaredAt?: Date;
  restoredAt?: Date | null;
  resolvedAt?: Date | null;
  isDrill?: boolean;
};

/** Writes an incident as it stood at some time; answers its number. */
export async function pastIncident(db: Database, past: PastIncident): Promise<number> {
  const row = await db.incident.create({
    data: {
      title: past.title ?? "Checkout fails",
      severity: past.severity ?? 2,
      status: past.status ?? (past.restoredAt ? "restored" : "declared"),
      services: past.services ?? ["checkout"],
      commander: past.commander === undefined ? "Ada" : past.commander,
      origin: "person",
      declaredBy: past.declaredBy ?? "Ada",
      declaredAt: past.declaredAt ?? past.harmBeganAt,
      harmBeganAt: past.harmBeganAt,
      harmBeganFrom: "person",
      restoredAt: past.restoredAt ?? null,
      resolvedAt: past.resolvedAt ?? null,
      isDrill: past.isDrill ?? false,
    },
  });
  return row.number;
}

export const ROLLBACK: RollbackTarget = {
  lever: "rollback",
  source: "cluster",
  namespace: "shop",
  deployment: "checkout",
  toChangeId: "deploy-23",
};

export const TURN_OFF: RetoggleTarget = {
  lever: "retoggle",
  source: "flags",
  project: "default",
  key: "new-basket",
  environment: "production",
  to: { state: "off" },
};

const PLANS = {
  rollback: {
    lever: "rollback",
    uid: "u",
    fromHash: "a",
    fromRevision: 24,
    toHash: "b",
    toRevision: 23,
  },
  retoggle: {
    lever: "retoggle",
    seenFingerprint: "f",
    before: null,
    after: null,
    enabled: false,
    afterFingerprint: null,
  },
  revert: { lever: "revert", head: "h", revertNumber: 13, mergeCommit: null },
};

export type PastRestoration = {
  incidentNumber: number;
  target: LeverTarget;
  label: string;
  by?: string;
  state?: "verified" | "failed" | "in-effect" | "accepted";
  suspectId?: string | null;
  wasRecommended?: boolean | null;
  putBackOf?: number;
  askedAt: Date;
  acceptedAt?: Date | null;
  inEffectAt?: Date | null;
  endedAt?: Date | null;
  failure?: { code: string; sentence: string };
  receipts?: { at: Date; sentence: string; url?: string }[];
};

/** Writes a Restoration as it ended; answers its number. */
export async function pastRestoration(db: Database, past: PastRestoration): Promise<number> {
  const row = await db.restoration.create({
    data: {
      incidentNumber: past.incidentNumber,
      lever: past.target.lever,
      target: past.target,
      label: past.label,
      service: "checkout",
      suspectId: past.suspectId ?? null,
      state: past.state ?? "verified",
      by: past.by ?? "Bob",
      wasRecommended: past.wasRecommended ?? null,
      putBackOf: past.putBackOf ?? null,
      pressKey: randomUUID(),
      naturalKey: randomUUID(),
      resource: "checkout",
      plan: PLANS[past.target.lever],
      instance: "test",
      plannedAt: past.askedAt,
      askedAt: past.askedAt,
      acceptedAt: past.acceptedAt === undefined ? past.askedAt : past.acceptedAt,
      inEffectAt: past.inEffectAt ?? null,
      endedAt: past.endedAt ?? null,
      failureCode: past.failure?.code ?? null,
      failureSentence: past.failure?.sentence ?? null,
      commands: [],
      receipts: { create: past.receipts ?? [] },
    },
  });
  return row.number;
}

export type PastChange = {
  id: string;
  title: string;
  at: Date;
  source: string;
  subject: string;
  details: Change["details"];
  actor?: string;
  url?: string;
  carries?: string[];
};

/** Writes a Change of checkout, and what it carries (which must be there before). */
export async function pastChange(db: Database, past: PastChange): Promise<void> {
  await db.change.create({
    data: {
      id: past.id,
      kind: past.details.kind,
      source: past.source,
      naturalKey: past.id,
      services: ["checkout"],
      title: past.title,
      at: past.at,
      actor: past.actor ?? null,
      url: past.url ?? null,
      details: JSON.parse(JSON.stringify(past.details)),
      subject: past.subject,
      mentions: [],
      carries: { create: (past.carries ?? []).map((toId) => ({ toId })) },
    },
  });
}

type Details = Change["details"];

/** A deploy of checkout, a merge and a switch of its flag, as the ledger holds them. */
export const DETAILS = {
  deploy: (
    revision: number,
    marks: { restorationId?: string; returnsTo?: number } = {},
  ): Details => ({
    kind: "deploy",
    namespace: "shop",
    deployment: "checkout",
    uid: "u",
    revision,
    previousRevision: revision - 1,
    images: [],
    changeCause: null,
    commit: null,
    commitFrom: null,
    previousCommit: null,
    templateChanges: [],
    templateHash: `h${revision}`,
    rollout: "complete",
    returnsTo: marks.returnsTo ?? null,
    restorationId: marks.restorationId ?? null,
  }),
  merge: (number: number, revertOf: number | null = null): Details => ({
    kind: "merge",
    repository: "acme/shop",
    number,
    branch: "b",
    base: "main",
    method: null,
    mergeCommit: `c${number}`,
    headCommit: `d${number}`,
    files: [],
    labels: [],
    flagKeys: [],
    mentions: [],
    revertOf,
    restorationId: null,
  }),
  flag: (action: "on" | "off" | "archived"): Details => ({
    kind: "flag",
    project: "default",
    key: "new-basket",
    environment: "production",
    action,
    before: { enabled: action !== "on", strategies: [], variants: [] },
    after: { enabled: action === "on", strategies: [], variants: [] },
    restorationId: null,
  }),
};
