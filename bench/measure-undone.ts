import { ENVIRONMENT, NAMESPACE, PROJECT } from "../sandbox/shop/catalogue.ts";
import { TOKENS } from "../sandbox/shop/tokens.ts";
import { earlierRevision } from "./earlier-revision.ts";
import { type EventStream, followEvents } from "./follow-events.ts";
import { type HttpClient, httpClient } from "./http-client.ts";
import { press } from "./press.ts";
import { type Measurement, summarise } from "./report.ts";
import { KEY, toggle } from "./start-flags.ts";
import { type BenchWorld, editSources, startWorld } from "./start-world.ts";

const SERVICES = ["storefront", "catalog", "checkout", "payments"];
const WARM_UP = 2;
const LIMIT_MS = 2_000;
const WITHIN_MS = 30_000;

type Restoration = {
  inEffectAt: string | null;
  endedAt: string | null;
  undone: { sentence: string } | null;
};

/**
 * From an outside write that takes a Restoration back until the page knows: a controller puts the
 * template of before back, somebody flips the flag back. Asked and told as an open page is: an event,
 * then the Restoration with what undid it.
 */
export async function measureUndone(rounds: number): Promise<Measurement> {
  const bench = await startWorld("rollback", {
    verifyFor: "1s",
    sandboxArgs: ["--pod-ready-ms=300"],
  });
  let events: EventStream | null = null;
  const argo = httpClient(bench.world.addresses.kubernetes, {
    authorization: `Bearer ${TOKENS.argo}`,
    "user-agent": "argocd-controller/v0",
  });
  const flags = httpClient(bench.world.addresses.unleash, { authorization: TOKENS.flags });
  try {
    const incidentId = await bench.incidentId();
    // A flag is in effect once it is everywhere: not what is measured.
    await bench.whileStopped(async (configFile) => {
      editSources(configFile, (sources) => {
        sources.unleash = { ...sources.unleash, propagationSeconds: 1 };
      });
    });
    events = await followEvents(bench.world.url, bench.world.token);
    const rollbacks: number[] = [];
    const retoggles: number[] = [];
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      const service = SERVICES[round % SERVICES.length] ?? "";
      const rolled = await putTemplateBack({ bench, argo, events, incidentId, round }, service);
      const flipped = await flipBack({ bench, flags, events, incidentId, round });
      if (round < WARM_UP) continue;
      rollbacks.push(rolled);
      retoggles.push(flipped);
    }
    const samples = {
      "template put back, to known (ms)": summarise(rollbacks),
      "flag flipped back, to known (ms)": summarise(retoggles),
    };
    return {
      name: "undone",
      what: "from an outside write that undoes a Restoration to its page knowing of it",
      samples,
      bounds: Object.entries(samples).map(([what, { p95 }]) => ({
        ...{ what: `${what.split(",")[0]}: p95`, value: p95 },
        ...{ limit: LIMIT_MS, unit: "ms" as const },
      })),
      notes: ["Known: an event came, and the Restoration that was asked for then says so."],
    };
  } finally {
    events?.close();
    argo.close();
    flags.close();
    await bench.stop();
  }
}

type Turn = { bench: BenchWorld; events: EventStream; incidentId: string; round: number };

async function putTemplateBack(
  { bench, argo, events, incidentId, round }: Turn & { argo: HttpClient },
  service: string,
): Promise<number> {
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${service}`;
  const { value: live } = await argo.json<{ spec: { template: unknown } }>("GET", path);
  const { restorationId } = await press(bench.console, incidentId, {
    lever: "rollback",
    source: "cluster",
    namespace: NAMESPACE,
    deployment: service,
    toChangeId: await earlierRevision(bench.console, service),
  });
  await untilInEffect(bench.console, restorationId);
  await outOfStep(round);
  events.forget();
  const beganAt = performance.now();
  const put = [{ op: "replace", path: "/spec/template", value: live.spec.template }];
  const { status, text } = await argo.send("PATCH", path, put, "application/json-patch+json");
  if (status !== 200) throw new Error(`The cluster answered ${status}: ${text.slice(0, 300)}`);
  await untilUndone(bench.console, events, restorationId);
  return performance.now() - beganAt;
}

async function flipBack({
  bench,
  flags,
  events,
  incidentId,
  round,
}: Turn & { flags: HttpClient }): Promise<number> {
  const { restorationId } = await press(bench.console, incidentId, {
    ...{ lever: "retoggle", source: "unleash", project: PROJECT, key: KEY },
    ...{ environment: ENVIRONMENT, to: { state: "off" } },
  });
  await untilInEffect(bench.console, restorationId);
  await outOfStep(round);
  events.forget();
  const beganAt = performance.now();
  await toggle(flags, true);
  await untilUndone(bench.console, events, restorationId);
  return performance.now() - beganAt;
}

/** Asks after each event that may be about it, as its page does. */
async function untilUndone(console: HttpClient, events: EventStream, id: string): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const { topic, key } = await events.next(deadline - performance.now());
    if (topic !== "restoration" || key !== id) continue;
    const { value } = await console.json<Restoration>("GET", `/api/restorations/${id}`);
    if (value.undone) return;
  }
}

async function untilInEffect(console: HttpClient, id: string): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  while (performance.now() < deadline) {
    const { value } = await console.json<Restoration>("GET", `/api/restorations/${id}`);
    if (value.inEffectAt) return;
    if (value.endedAt) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${id} didn't come into effect.`);
}

/** Not in step with anything that runs at fixed times; every other one is verified before it is undone. */
function outOfStep(round: number): Promise<void> {
  const ms = (round % 2 === 0 ? 300 : 4_000) + ((round * 137) % 700);
  return new Promise((resolve) => setTimeout(resolve, ms));
}
