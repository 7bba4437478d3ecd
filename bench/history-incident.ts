import { draw, type HistoryPlan, type Lever } from "./history-plan.ts";
import type { Random } from "./random.ts";

/** Rows of an incident's tables, by table. */
export type IncidentRows = {
  Incident: object[];
  TimelineEntry: object[];
  Restoration: object[];
  Receipt: object[];
  Advice: object[];
};

export type PastIncident = {
  number: number;
  restoration: number | null;
  service: string;
  lever: Lever | null;
  /** The change that did it. */
  suspectId: string | null;
  harmAt: number;
  /** When it took effect; without a lever, when it was over. */
  inEffectAt: number;
  endedAt: number;
  rows: IncidentRows;
};

const PEOPLE = ["mira", "jun", "tom", "ines", "ade", "lotte", "sam", "priya", "noor", "emil"];
const iso = (at: number) => new Date(at).toISOString();

/** An incident that began to hurt at `harmAt`, with phases drawn from the plan. */
export function pastIncident(
  random: Random,
  plan: HistoryPlan,
  about: {
    number: number;
    restoration: number;
    service: string;
    lever: Lever | null;
    suspectId: string | null;
    harmAt: number;
    isDrill?: boolean;
  },
): PastIncident {
  const { number, service, lever, harmAt, suspectId } = about;
  const factor = (harmAt >= plan.learnedAt && lever && plan.learned[lever]) || 1;
  const after = (from: number, spread: Parameters<typeof draw>[1]) =>
    from + Math.max(1, Math.round(draw(random, spread) * factor));
  const alertAt = after(harmAt, plan.detect);
  const declaredAt = after(alertAt, plan.declare);
  const common = { number, service, declaredAt, harmAt, alertAt, isDrill: about.isDrill ?? false };
  if (lever === null) {
    const restoredAt = after(declaredAt, plan.otherwise);
    const rows = emptyRows(random, { ...common, restoredAt });
    const past = { number, restoration: null, service, lever, suspectId, harmAt };
    return { ...past, inEffectAt: restoredAt, endedAt: restoredAt, rows };
  }
  const askedAt = after(declaredAt, plan.decide);
  const acceptedAt = after(askedAt, plan.act[lever]);
  const inEffectAt = after(acceptedAt, plan.takeEffect[lever]);
  const endedAt = after(inEffectAt, plan.verify);
  const rows = emptyRows(random, { ...common, restoredAt: inEffectAt });
  const times = { askedAt, acceptedAt, inEffectAt, endedAt };
  addRestoration(rows, random, { ...about, lever, ...times });
  return {
    ...{ number, restoration: about.restoration, service, lever, suspectId, harmAt },
    ...{ inEffectAt, endedAt, rows },
  };
}

function emptyRows(
  random: Random,
  about: {
    number: number;
    service: string;
    harmAt: number;
    alertAt: number;
    declaredAt: number;
    restoredAt: number;
    isDrill: boolean;
  },
): IncidentRows {
  const { number, service, declaredAt, harmAt, alertAt, restoredAt, isDrill } = about;
  const person = random.pick(PEOPLE);
  const entry = (kind: string, at: number, text: string, by: string | null) => ({
    id: `past-${number}-${kind}-${at}`,
    incidentNumber: number,
    kind,
    at: iso(at),
    text,
    by,
    restorationId: null,
    naturalKey: kind === "alert" ? `alert:${number}:past:firing:${iso(at)}` : null,
  });
  return {
    Incident: [
      {
        number,
        title: `${service} fails for some customers`,
        severity: 1 + Math.min(3, Math.floor(random.next() * random.next() * 6)),
        status: "resolved",
        services: [service],
        commander: person,
        origin: "alertmanager",
        declaredBy: "Alertmanager",
        declaredAt: iso(declaredAt),
        harmBeganAt: iso(harmAt),
        harmBeganFrom: "signal",
        restoredAt: iso(restoredAt),
        resolvedAt: iso(restoredAt + 3_600_000),
        isDrill,
      },
    ],
    TimelineEntry: [
      entry("harm", harmAt, `${service}: errors above the threshold`, null),
      entry("alert", alertAt, "ErrorRatioHigh fires", "Alertmanager"),
      entry("declare", declaredAt, `Declared INC-${number}`, "Alertmanager"),
      entry("note", declaredAt + 60_000, "Looking at what changed last.", person),
      entry("status", restoredAt, `INC-${number} is restored: customers are no longer hurt`, null),
    ],
    ...{ Restoration: [], Receipt: [], Advice: [] },
  };
}

type Pull = {
  number: number;
  restoration: number;
  service: string;
  lever: Lever;
  suspectId: string | null;
  askedAt: number;
  acceptedAt: number;
  inEffectAt: number;
  endedAt: number;
};

function addRestoration(rows: IncidentRows, random: Random, pull: Pull): void {
  const { restoration, service, lever, suspectId, askedAt, acceptedAt, inEffectAt, endedAt } = pull;
  const label = `${lever} of ${service}`;
  const by = random.pick(PEOPLE);
  const advised = random.next() < 0.9 ? random.next() < 0.8 : null;
  rows.Restoration.push({
    number: restoration,
    incidentNumber: pull.number,
    lever,
    target: targetOf(lever, service, restoration),
    label,
    service,
    suspectId,
    state: "verified",
    by,
    wasRecommended: advised,
    putBackOf: null,
    pressKey: `past-press-${restoration}`,
    naturalKey: `past-act-${restoration}`,
    resource: `past/${service}/${lever}`,
    plan: planOf(lever),
    instance: "past",
    plannedAt: iso(askedAt),
    askedAt: iso(askedAt),
    acceptedAt: iso(acceptedAt),
    inEffectAt: iso(inEffectAt),
    endedAt: iso(endedAt),
    goodSince: iso(inEffectAt),
    verifyForSeconds: 180,
    commands: [],
  });
  const receipt = (at: number, sentence: string) => ({
    ...{ restorationNumber: restoration, at: iso(at), sentence },
  });
  rows.Receipt.push(
    receipt(askedAt, `${by} asked: ${label}`),
    receipt(acceptedAt, "Accepted"),
    receipt(inEffectAt, "In effect"),
    receipt(endedAt, "Verified: the signal has been good for 3 min"),
  );
  rows.Advice.push({
    incidentNumber: pull.number,
    suspectId: suspectId ?? "",
    digest: `past-${restoration}`,
    card: {
      suspectId,
      levers: [],
      recommendation: { lever, because: "it is the fastest that is safe" },
    },
    at: iso(askedAt - 1),
  });
}

function targetOf(lever: Lever, service: string, number: number): object {
  switch (lever) {
    case "retoggle": {
      const flag = { source: "unleash", project: "default", key: `${service}-flag` };
      return { lever, ...flag, environment: "production", to: { state: "off" } };
    }
    case "rollback": {
      const deployment = `${service}-worker`;
      return { lever, source: "cluster", namespace: "shop", deployment, toChangeId: "past" };
    }
    case "revert":
      return { lever, source: "github", repository: "shop/archive", number };
    default:
      return lever satisfies never;
  }
}

function planOf(lever: Lever): object {
  switch (lever) {
    case "retoggle":
      return {
        ...{ lever, seenFingerprint: "past", before: null, after: null, enabled: false },
        afterFingerprint: null,
      };
    case "rollback":
      return { lever, uid: "past", fromHash: "b", fromRevision: 2, toHash: "a", toRevision: 1 };
    case "revert":
      return { lever, head: "past", revertNumber: null, mergeCommit: null };
    default:
      return lever satisfies never;
  }
}
