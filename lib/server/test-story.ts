import type { Database } from "./db";
import {
  DETAILS,
  pastChange,
  pastIncident,
  pastRestoration,
  ROLLBACK,
  TURN_OFF,
} from "./test-incident";

/**
 * INC-1: harm from 60 to 30 minutes ago by deploy 24; a retoggle that did not help, then a rollback
 * that did, and a newer version since. `ago`: the moment so many minutes before now.
 */
export async function writeStory(db: Database, ago: (minutes: number) => Date): Promise<number> {
  await pastChange(db, {
    id: "merge-12",
    title: "#12 Round prices",
    at: ago(90),
    source: "code",
    subject: "acme/shop#12",
    details: DETAILS.merge(12),
    actor: "Grace Hopper",
  });
  await pastChange(db, {
    id: "merge-9",
    title: "#9 Something else",
    at: ago(600),
    source: "code",
    subject: "acme/shop#9",
    details: DETAILS.merge(9),
    actor: "Mira Elsewhere",
  });
  await pastChange(db, {
    id: "deploy-24",
    title: "checkout 23 → 24",
    at: ago(62),
    source: "cluster",
    subject: "shop/checkout",
    details: DETAILS.deploy(24),
    carries: ["merge-12"],
    url: "https://cluster.example/24",
  });
  await pastChange(db, {
    id: "deploy-26",
    title: "checkout 25 → 26",
    at: ago(5),
    source: "cluster",
    subject: "shop/checkout",
    details: DETAILS.deploy(26),
  });
  const number = await pastIncident(db, {
    harmBeganAt: ago(60),
    declaredAt: ago(55),
    restoredAt: ago(30),
  });
  await db.timelineEntry.create({
    data: {
      id: "e1",
      incidentNumber: number,
      kind: "declare",
      at: ago(55),
      text: "Ada declared INC-1, severity 2",
      by: "Ada",
    },
  });
  await db.timelineEntry.create({
    data: {
      id: "e2",
      incidentNumber: number,
      kind: "lever",
      at: ago(38),
      text: "Bob pulled: Roll back checkout 24 → 23",
      by: "Bob",
      restorationId: "R-2",
    },
  });
  await pastRestoration(db, {
    incidentNumber: number,
    target: TURN_OFF,
    label: "Turn new-basket off",
    state: "failed",
    suspectId: "deploy-24",
    askedAt: ago(50),
    inEffectAt: ago(49.9),
    endedAt: ago(45),
    failure: { code: "signal-stayed-bad", sentence: "It took effect and Checkout stayed bad." },
  });
  await pastRestoration(db, {
    incidentNumber: number,
    target: ROLLBACK,
    label: "Roll back checkout 24 → 23",
    suspectId: "deploy-24",
    askedAt: ago(38),
    inEffectAt: ago(34),
    endedAt: ago(27),
    receipts: [
      { at: ago(38), sentence: "Bob asked: Roll back checkout 24 → 23" },
      { at: ago(34), sentence: "All 2 pods run revision 23", url: "https://cluster.example/25" },
    ],
  });
  return number;
}
