/**
 * `npm test`: everything there is to test, from formatting to browsers, to the end even when
 * something fails. Says what it does as it goes; its last line is "N passed, N failed".
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endPrograms } from "./stages/run-program.ts";
import { type Stage, stagesOf } from "./stages/stages.ts";
import { closingLine, oneCheck, sumOf, type Tally } from "./stages/tally.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const startedAt = Date.now();
const maySkip = !process.env.CI;

// Everything temporary goes into one folder, so that nothing can stay behind unnoticed. Others may
// pass through it: PostgreSQL runs as somebody else when we are root.
const temporary = mkdtempSync(join(tmpdir(), "known-good-test-"));
chmodSync(temporary, 0o755);
process.env.TMPDIR = temporary;
// Hundreds of processes load the same files: what one of them has compiled, the next one reads.
process.env.NODE_COMPILE_CACHE = join(temporary, "compiled");

function say(line: string): void {
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  process.stdout.write(`${String(seconds).padStart(4)} s  ${line}\n`);
}

function leave(code: number): never {
  endPrograms();
  rmSync(temporary, { recursive: true, force: true });
  process.exit(code);
}
process.on("SIGINT", () => leave(130));
process.on("SIGTERM", () => leave(143));

const tallies: Tally[] = [];

/** Runs a stage and says how it went; answers whether all of it passed. */
async function pass({ name, run }: Stage): Promise<boolean> {
  say(`${name} …`);
  const from = Date.now();
  const tally = await run().catch((error: unknown) =>
    oneCheck(false, error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  tallies.push(tally);
  const took = ((Date.now() - from) / 1_000).toFixed(1);
  const skipped = tally.skipped.length > 0 ? `, ${tally.skipped.length} skipped` : "";
  say(`${name}: ${tally.passed} passed, ${tally.failed} failed${skipped} in ${took} s`);
  if (tally.words) process.stdout.write(`\n── ${name} ──\n${tally.words.trim()}\n──\n\n`);
  for (const { name: test, reason } of tally.skipped) say(`  skipped: ${test}: ${reason}`);
  return tally.failed === 0;
}

async function inTurn(...stages: Stage[]): Promise<boolean> {
  let isFine = true;
  for (const stage of stages) isFine = (await pass(stage)) && isFine;
  return isFine;
}

const stages = stagesOf(root, temporary, say);
const unbuilt = (name: string): Stage => ({
  name,
  run: async () => oneCheck(false, "Not run, for the console couldn't be built."),
});

await inTurn(stages.client, stages.routes);
// The first lane mostly waits for one core, the second fills what is left of both.
const [isBuilt] = await Promise.all([
  inTurn(stages.lint, stages.types)
    .then(() => pass(stages.build))
    .then(async (isFine) => {
      await pass(isFine ? stages.authorisation : unbuilt("authorisation"));
      return isFine;
    }),
  inTurn(stages.parts, stages.unit),
]);
await inTurn(stages.contract);
await inTurn(isBuilt ? stages.journeys : unbuilt("journeys"));
// A console that was killed outright can't remove the folder of its socket; others remove theirs.
const left = readdirSync(temporary).filter((name) => /^known-good-[a-z]+-/.test(name));
await pass({
  name: "nothing left behind",
  run: async () => oneCheck(left.length === 0, `These are left in the temporary folder: ${left}`),
});

const sum = sumOf(tallies, maySkip);
if (!maySkip && sumOf(tallies, true).skipped > 0) {
  say("Here nothing may be skipped, so the skipped tests count as failed.");
}
process.stdout.write(`${closingLine(sum)}\n`, () => leave(sum.failed > 0 ? 1 : 0));
