/**
 * `npm run bench`: how fast the levers and pages are, each figure beside what it is held against, in
 * one run on one machine. `--json` for machines, `--check` to fail when a bound is missed.
 */
import { parseArgs } from "node:util";
import { buildConsole } from "../sandbox/build-console.ts";
import { describeMachine } from "./describe-machine.ts";
import { measureEventToPage } from "./measure-event-to-page.ts";
import { measureFreeze } from "./measure-freeze.ts";
import { measureIncidentPage } from "./measure-incident-page.ts";
import { measureMemory } from "./measure-memory.ts";
import { measureRecovery } from "./measure-recovery.ts";
import { FLAGS_TOKEN, measureRetoggle } from "./measure-retoggle.ts";
import { measureRollback } from "./measure-rollback.ts";
import { measureRules } from "./measure-rules.ts";
import { measureScript } from "./measure-script.ts";
import { measureUndone } from "./measure-undone.ts";
import { inWords, isMet, type Measurement } from "./report.ts";
import { type Flags, startFlags } from "./start-flags.ts";
import { type BenchWorld, ROOT, startWorld, stopWorlds } from "./start-world.ts";

const NAMES = [
  ...["rollback", "retoggle", "incident-page", "recovery", "event-to-page", "script", "memory"],
  ...["rules", "freeze", "undone"],
];

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    /** Ten minutes of memory instead of two. */
    memory: { type: "boolean", default: false },
    only: { type: "string", default: NAMES.join(",") },
    rounds: { type: "string", default: "40" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(
    `npm run bench -- --json --check --memory --only=${NAMES.join(",")} --rounds=${values.rounds}`,
  );
  process.exit(0);
}
const rounds = Number(values.rounds);
const wanted = new Set(values.only.split(","));
const unknown = [...wanted].filter((name) => !NAMES.includes(name));
if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
  console.error(
    unknown.length > 0
      ? `There is no measurement "${unknown.join(", ")}". There are: ${NAMES.join(", ")}.`
      : `"${values.rounds}" is no number of rounds.`,
  );
  process.exit(2);
}

const machine = describeMachine();
const measurements: Measurement[] = [];
const skipped: { name: string; reason: string }[] = [];
const say = (line: string) => console.error(line);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void stopWorlds().finally(() => process.exit(130)));
}
await buildConsole(ROOT, say);
if (["rollback", "retoggle", "event-to-page", "script"].some((name) => wanted.has(name))) {
  await inOneWorld();
}
await measure("rules", () => measureRules(rounds));
await measure("freeze", () => measureFreeze(Math.min(10, rounds)));
await measure("undone", () => measureUndone(Math.max(20, rounds / 2)));
await measure("incident-page", () => measureIncidentPage(rounds * 2));
await measure("recovery", () => measureRecovery(rounds));
await measure("memory", () => measureMemory(values.memory ? 10 : 2));

const missed = measurements.flatMap(({ name, bounds }) =>
  bounds.filter((bound) => !isMet(bound)).map(({ what }) => `${name}: ${what}`),
);
if (values.json) console.log(JSON.stringify({ machine, measurements, skipped, missed }, null, 2));
else {
  console.log(
    `${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}, load ${machine.load}`,
  );
  for (const measurement of measurements) console.log(inWords(measurement));
  for (const { name, reason } of skipped) console.log(`${name}: not measured. ${reason}`);
}
process.exitCode = values.check && missed.length > 0 ? 1 : 0;

/** Levers and the open page share a world; the flags' product is started first, for its token. */
async function inOneWorld(): Promise<void> {
  const flags = wanted.has("retoggle") ? await startFlags() : null;
  let bench: BenchWorld | null = null;
  try {
    bench = await startWorld("rollback", {
      verifyFor: "1s",
      env: isFlags(flags) ? { [FLAGS_TOKEN]: flags.token } : {},
    });
    const world = bench;
    await world.incidentId();
    await measure("script", () => measureScript(world));
    await measure("event-to-page", () => measureEventToPage(world, Math.max(20, rounds / 2)));
    await measure("rollback", () => measureRollback(world, rounds));
    await measure("retoggle", async () =>
      isFlags(flags) ? measureRetoggle(world, flags, rounds) : (flags ?? "not asked for"),
    );
  } finally {
    await bench?.stop();
    if (isFlags(flags)) await flags.stop();
  }
}

function isFlags(flags: Flags | string | null): flags is Flags {
  return flags !== null && typeof flags !== "string";
}

async function measure(name: string, work: () => Promise<Measurement | string>): Promise<void> {
  if (!wanted.has(name)) return;
  say(`Measuring ${name} …`);
  const result = await work();
  if (typeof result === "string") skipped.push({ name, reason: result });
  else measurements.push(result);
}
