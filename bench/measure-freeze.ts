import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FLEET, HELD, NAMESPACES, OPEN_PULLS } from "./fleet-plan.ts";
import { type FreezeScript, freezeScript } from "./freeze-by-script.ts";
import type { HttpClient } from "./http-client.ts";
import { type Measurement, ratioOf, summarise } from "./report.ts";
import { type Fleet, startFleet } from "./start-fleet.ts";
import { startWorld } from "./start-world.ts";

const LIMIT_MS = 5_000;
const WARM_UP = 2;
const LOOK_EVERY_MS = 25;
const WITHIN_MS = 60_000;
/** As many requests at once as the product sends to one source. */
const AT_ONCE = 16;
/**
 * GitHub is told at most 120 statuses a minute, whoever asks: two for each pull request and round, beside
 * one for each when the console starts.
 */
const A_ROUND_MS = (60_000 / 95) * OPEN_PULLS * 2;

type Freeze = {
  id: string;
  holds: { layer: string; subject: string; state: string; sentence: string }[];
};
type Measured = {
  freezeMs: number;
  thawMs: number;
  calls: number;
  /** What the thaw waited for last, in the words of its layer. */
  waitedFor?: string;
};

/**
 * Fifty services frozen in every layer, from `POST /api/freezes` until the last hold has its answer and
 * is held, and thawed until all is as before; in turns with a script that does the same outside.
 */
export async function measureFreeze(rounds: number): Promise<Measurement> {
  const dir = mkdtempSync(join(tmpdir(), "known-good-bench-"));
  const fleet = await startFleet();
  const script = freezeScript(fleet, AT_ONCE);
  try {
    const config = join(dir, "known-good.yaml");
    writeFileSync(config, fleet.config);
    const bench = await startWorld("outside", { env: { KNOWN_GOOD_CONFIG: config } });
    try {
      await untilSeen(bench.console);
      return await inTurns(bench.console, fleet, script, rounds);
    } finally {
      await bench.stop();
    }
  } finally {
    script.close();
    await fleet.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function inTurns(
  console: HttpClient,
  fleet: Fleet,
  script: FreezeScript,
  rounds: number,
): Promise<Measurement> {
  const ours: Measured[] = [];
  const one: Measured[] = [];
  const many: Measured[] = [];
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    const beganAt = performance.now();
    const pressed = await press(console, fleet, round);
    const singly = await byScript(fleet, script, 1);
    const together = await byScript(fleet, script, AT_ONCE);
    if (round >= WARM_UP) {
      ours.push(pressed);
      one.push(singly);
      many.push(together);
    }
    await wait(A_ROUND_MS - (performance.now() - beganAt));
  }
  const frozen = summarise(ours.map(({ freezeMs }) => freezeMs));
  const series = {
    "frozen, every hold held (ms)": frozen,
    "thawed, all as before (ms)": summarise(ours.map(({ thawMs }) => thawMs)),
    "script, one by one: frozen (ms)": summarise(one.map(({ freezeMs }) => freezeMs)),
    [`script, ${AT_ONCE} at once: frozen (ms)`]: summarise(many.map(({ freezeMs }) => freezeMs)),
    "script, one by one: thawed (ms)": summarise(one.map(({ thawMs }) => thawMs)),
  };
  const [singly, together] = [
    series["script, one by one: frozen (ms)"],
    series[`script, ${AT_ONCE} at once: frozen (ms)`],
  ];
  if (!singly || !together) throw new Error("The script wasn't measured.");
  const slowest = ours.reduce((one, other) => (other.thawMs > one.thawMs ? other : one));
  const calls = (all: Measured[]) => summarise(all.map((each) => each.calls)).median;
  return {
    name: "freeze",
    what: `${FLEET.length} services frozen over the gate, ${NAMESPACES.length} namespaces, GitHub with ${OPEN_PULLS} pull requests, ${HELD["argo-cd"]} Applications and ${HELD.flux} Kustomizations`,
    samples: series,
    bounds: [{ what: "frozen: slowest", value: frozen.max, limit: LIMIT_MS, unit: "ms" }],
    notes: [
      `Against the script: ${ratioOf(frozen, singly)} one request after another, ${ratioOf(frozen, together)} with ${AT_ONCE} at once.`,
      `Both products together answered ${calls(ours)} requests for ours, ${calls(one)} for the script's.`,
      `The slowest thaw (${Math.round(slowest.thawMs)} ms) waited last for: ${slowest.waitedFor ?? "nothing"}`,
    ],
  };
}

async function press(console: HttpClient, fleet: Fleet, round: number): Promise<Measured> {
  const at = Date.now();
  const beganAt = performance.now();
  const { value: made } = await console.json<Freeze>("POST", "/api/freezes", {
    services: FLEET.map(({ name }) => name),
    reason: `measured, round ${round + 1}`,
  });
  const isAnswered = ({ holds }: Freeze) =>
    holds.length >= total() && holds.every(({ state }) => state !== "asked");
  const frozen = isAnswered(made) ? made : await until(console, made.id, isAnswered);
  const freezeMs = performance.now() - beganAt;
  const calls = await fleet.callsSince(at);
  assertHeld(frozen);
  const thawedAt = performance.now();
  await console.json("POST", `/api/freezes/${made.id}/thaw`, {});
  let waitedFor: string | undefined;
  const isOver = ({ holds }: Freeze) => {
    const left = holds.find(({ layer, state }) => layer !== "gate" && state !== "released");
    if (left) waitedFor = `${left.layer} ${left.subject}, ${left.state}. ${left.sentence}`;
    return left === undefined;
  };
  await until(console, made.id, isOver);
  return { freezeMs, thawMs: performance.now() - thawedAt, calls, waitedFor };
}

async function byScript(fleet: Fleet, script: FreezeScript, atOnce: number): Promise<Measured> {
  const at = Date.now();
  const freezeMs = await script.freeze(atOnce);
  const calls = await fleet.callsSince(at);
  return { freezeMs, thawMs: await script.thaw(atOnce), calls };
}

const total = () => Object.values(HELD).reduce((sum, count) => sum + count, 0);

/** A layer that held less than all of it was measured for nothing. */
function assertHeld({ holds }: Freeze): void {
  const not = holds.find(({ state }) => state !== "held");
  if (not) throw new Error(`${not.layer} ${not.subject} is ${not.state}: ${not.sentence}`);
  for (const [layer, count] of Object.entries(HELD)) {
    const held = holds.filter((hold) => hold.layer === layer).length;
    if (held !== count) throw new Error(`${held} of ${count} are held by ${layer}.`);
  }
}

async function until(
  console: HttpClient,
  id: string,
  isSo: (freeze: Freeze) => boolean,
): Promise<Freeze> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const { value } = await console.json<Freeze>("GET", `/api/freezes/${id}`);
    if (isSo(value)) return value;
    if (performance.now() > deadline) {
      const states = value.holds.map(({ subject, state }) => `${subject} ${state}`).join(", ");
      throw new Error(`${id} isn't as it should be within a minute: ${states}`);
    }
    await wait(LOOK_EVERY_MS);
  }
}

/** Waits until the ledger has seen the cluster, so that its first reading isn't measured. */
async function untilSeen(console: HttpClient): Promise<void> {
  const last = FLEET.at(-1)?.name;
  const deadline = performance.now() + WITHIN_MS;
  while (performance.now() < deadline) {
    const path = `/api/services/${last}/revisions`;
    const { value } = await console.json<unknown[]>("GET", path);
    if (value.length > 0) return;
    await wait(200);
  }
  throw new Error(`The ledger knows no deploy of ${last} after a minute.`);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
