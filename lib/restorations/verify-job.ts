import "server-only";
import type { Service } from "@/lib/contracts/service";
import { getIncident } from "@/lib/incidents/get-incident";
import { insertEntry, updateIncident } from "@/lib/incidents/store";
import { signalVerdict } from "@/lib/rules/propose-harm";
import { durationInWords } from "@/lib/rules/say";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { readSignal } from "@/lib/services/read-signal";
import { moveJob } from "./move-job";
import { reopenIncident } from "./reopen-incident";
import type { Job } from "./store";

/** A Restoration in effect this many verification windows without a good signal has failed. */
const PATIENCE = 3;
const LEAD_MS = 60_000;
/** Why an incident is open again after a put-back that brought the harm back. */
const HURT = "customers are hurt";

type Verdict = {
  service: Service;
  good: boolean | null;
  goodSince: number | null;
  problem: string | null;
};

/**
 * Verified when every hurt service's signal has been back under its threshold for the whole window,
 * counted from when the Restoration took effect; failed when it stays bad. A silent signal decides
 * nothing. True when it has ended.
 */
export async function verifyJob(ctx: Ctx, job: Job): Promise<boolean> {
  const { incident } = await getIncident(ctx, job.restoration.incidentId);
  const names = new Set([...incident.services, job.restoration.service]);
  const services = (await listServices(ctx)).filter(
    (service) => service.signal && names.has(service.name),
  );
  if (services.length === 0) return endWithoutSignal(ctx, job);
  const now = ctx.now();
  const inEffectAt = Date.parse(job.restoration.inEffectAt ?? now.toISOString());
  const verdicts = await Promise.all(
    services.map((service) => verdictOf(ctx, service, inEffectAt, now)),
  );
  const needMs = Math.max(
    ...services.map((service) => (service.signal?.verifyForSeconds ?? 0) * 1000),
  );
  const silent = verdicts.find((verdict) => verdict.good === null);
  if (silent) {
    await moveJob(ctx, job, {
      patch: { progress: silent.problem ?? `The signal of ${silent.service.title} gives no data` },
      receipts: [],
    });
    return false;
  }
  if (verdicts.every((verdict) => verdict.good)) {
    const goodSince = Math.max(
      inEffectAt,
      ...verdicts.map((verdict) => verdict.goodSince ?? inEffectAt),
    );
    return followGood(ctx, job, { goodSince, needMs, now });
  }
  return followBad(ctx, job, { verdicts, needMs, inEffectAt, now });
}

async function verdictOf(
  ctx: Ctx,
  service: Service,
  inEffectAt: number,
  to: Date,
): Promise<Verdict> {
  const from = new Date(Math.min(inEffectAt, to.getTime()) - LEAD_MS);
  const series = await readSignal(ctx, { service, from, to });
  // Of another minute, it would verify, or fail, what it hasn't seen.
  if (series.clockOff) return { service, good: null, goodSince: null, problem: series.clockOff };
  const verdict = signalVerdict(
    series.points,
    series.spec,
    to.getTime(),
    series.spec.verifyForSeconds,
  );
  return { service, good: verdict.good, goodSince: verdict.goodSince, problem: series.problem };
}

async function followGood(
  ctx: Ctx,
  job: Job,
  { goodSince, needMs, now }: { goodSince: number; needMs: number; now: Date },
): Promise<boolean> {
  const forMs = now.getTime() - goodSince;
  if (forMs < needMs) {
    await moveJob(ctx, job, {
      patch: {
        goodSince: new Date(goodSince),
        progress: `good for ${durationInWords(Math.max(forMs, 1_000))} of ${durationInWords(needMs)}`,
      },
      receipts: [],
    });
    return false;
  }
  const { restoration } = job;
  const sentence = `Verified: the signal has been good for ${durationInWords(needMs)}`;
  await moveJob(ctx, job, {
    patch: { state: "verified", endedAt: now, goodSince: new Date(goodSince), progress: null },
    receipts: [{ at: now, sentence }],
    entry: `${restoration.id} verified: the signal has been good for ${durationInWords(needMs)}`,
    audit: "verified",
    also: async (tx) => {
      const { number, incident } = await getIncident({ db: tx }, restoration.incidentId);
      if (incident.status !== "declared") return;
      await updateIncident(
        tx,
        { number, version: incident.version },
        { status: "restored", restoredAt: new Date(goodSince) },
      );
      await insertEntry(tx, {
        incidentNumber: number,
        kind: "status",
        at: ctx.now(),
        text: `${incident.id} is restored: customers are no longer hurt`,
        by: null,
        restorationId: restoration.id,
      });
    },
  });
  return true;
}

async function followBad(
  ctx: Ctx,
  job: Job,
  about: { verdicts: Verdict[]; needMs: number; inEffectAt: number; now: Date },
): Promise<boolean> {
  const { verdicts, needMs, inEffectAt, now } = about;
  const { restoration } = job;
  const bad = verdicts.filter((verdict) => !verdict.good).map((verdict) => verdict.service.title);
  const waitMs = Math.max(needMs * PATIENCE, LEAD_MS) - (now.getTime() - inEffectAt);
  if (waitMs > 0) {
    const { incident } = await getIncident(ctx, restoration.incidentId);
    // Who put something back and hurt customers again should not wait for a verdict to read so.
    const isHarmBack = restoration.putBackOf !== null && incident.status === "restored";
    await moveJob(ctx, job, {
      patch: {
        goodSince: null,
        progress: `${bad.join(" and ")} still hurt`,
      },
      receipts: [],
      ...(isHarmBack ? { also: (tx) => reopenIncident(ctx, job, HURT, tx) } : {}),
    });
    return false;
  }
  const sentence = restoration.putBackOf
    ? `It took effect and harm is back on ${bad.join(" and ")}. What it undid was the way back: put it back again`
    : `It took effect and ${bad.join(" and ")} stayed bad. This was not it: look at the next lever`;
  await moveJob(ctx, job, {
    patch: {
      state: "failed",
      endedAt: now,
      goodSince: null,
      progress: null,
      failure: { code: "signal-stayed-bad", sentence: `${sentence}.` },
    },
    receipts: [{ at: now, sentence }],
    entry: `${restoration.id} ${restoration.putBackOf ? "brought harm back" : "did not help"}: ${sentence}`,
    audit: "failed",
    also: (tx) => reopenIncident(ctx, job, HURT, tx),
  });
  return true;
}

async function endWithoutSignal(ctx: Ctx, job: Job): Promise<boolean> {
  const now = ctx.now();
  const sentence = "In effect. No signal is connected to verify it by: a person must look and say";
  await moveJob(ctx, job, {
    patch: { endedAt: now, progress: sentence },
    receipts: [{ at: now, sentence }],
    entry: `${job.restoration.id}: ${sentence}`,
    audit: "ended-without-signal",
  });
  return true;
}
