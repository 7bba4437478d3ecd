import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findKubectl } from "../e2e/real-parts/find-kubectl.ts";
import { NAMESPACE } from "../sandbox/shop/catalogue.ts";
import { earlierRevision } from "./earlier-revision.ts";
import { press, untilEnded } from "./press.ts";
import { type Measurement, ratioOf, summarise } from "./report.ts";
import type { BenchWorld } from "./start-world.ts";

const run = promisify(execFile);
const SERVICES = ["storefront", "catalog", "checkout", "payments"];
const WARM_UP = 4;
const LIMIT = 0.5;

/**
 * Rollbacks by pressing the lever over HTTP, from press to the cluster's acceptance, in turns with
 * `kubectl rollout undo` as a process: on the same Deployments, over the same API.
 */
export async function measureRollback(
  bench: BenchWorld,
  rounds: number,
): Promise<Measurement | string> {
  const kubectl = await findKubectl();
  if (kubectl.part === null) return kubectl.reason;
  const program = kubectl.part;
  const incidentId = await bench.incidentId();
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    const service = SERVICES[round % SERVICES.length] ?? "";
    const pressed = await press(bench.console, incidentId, {
      lever: "rollback",
      source: "cluster",
      namespace: NAMESPACE,
      deployment: service,
      toChangeId: await earlierRevision(bench.console, service),
    });
    const undone = await undo(program, bench.kubeconfig, service);
    if (round >= WARM_UP) {
      ours.push(pressed.ms);
      theirs.push(undone);
    }
    // Undone, it ends as superseded; followed no longer, it doesn't weigh on the next sample.
    await untilEnded(bench.console, pressed);
  }
  const samples = {
    "press to accepted (ms)": summarise(ours),
    "kubectl rollout undo (ms)": summarise(theirs),
  };
  return {
    name: "rollback",
    what: "click to accepted over HTTP against kubectl rollout undo as a process, same API",
    samples,
    bounds: [
      {
        what: "ratio of medians",
        value: ratioOf(samples["press to accepted (ms)"], samples["kubectl rollout undo (ms)"]),
        limit: LIMIT,
        unit: "ratio",
      },
    ],
    notes: ["The preview before the press is fresh each time and not counted."],
  };
}

async function undo(program: string, kubeconfig: string, deployment: string): Promise<number> {
  const beganAt = performance.now();
  await run(program, [
    "--kubeconfig",
    kubeconfig,
    "-n",
    NAMESPACE,
    "rollout",
    "undo",
    `deployment/${deployment}`,
  ]);
  return performance.now() - beganAt;
}
