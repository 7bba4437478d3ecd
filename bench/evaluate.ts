/**
 * `npm run evaluate`: how often the recommendation and the verdict on a schema are right, on incidents
 * and migration sets whose truth is known. `--json` for machines, `--misses` for what went wrong,
 * `--set FILE_OR_FOLDER` for a set that others wrote.
 */
import "./resolve-product.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { evaluateMigrations } = await import("../lib/rules/evaluation/evaluate-migrations.ts");
const { incidentOutcome } = await import("../lib/rules/evaluation/incident-outcome.ts");
const { measureIncidents } = await import("../lib/rules/evaluation/measure-incidents.ts");
const { judgeMigrations } = await import("../lib/rules/judge-migrations.ts");
const { rankSuspects } = await import("../lib/rules/rank-suspects.ts");
const { recommendLever } = await import("../lib/rules/recommend-lever.ts");
const { measuresInWords, missesInWords } = await import("./incident-words.ts");
const { migrationsInWords, wrongVerdictsInWords } = await import("./migration-words.ts");
const { readIncidents } = await import("./read-incidents.ts");
const { holdsMigrations, readMigrationSets } = await import("./read-migration-sets.ts");

const OWN = join(import.meta.dirname, "../lib/rules/evaluation");
const PARTS = ["tuned", "held-out", "later"];
const HALVES = ["incidents", "migrations"];
const EVIDENCE = ["signals", "texts", "unhealthy", "wayBacks"] as const;

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    misses: { type: "boolean", default: false },
    set: { type: "string" },
    /** Only this part of our own sets. */
    part: { type: "string" },
    /** Only incidents, or only migrations. */
    only: { type: "string" },
    /** Kinds of evidence to withhold from every incident. */
    without: { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(
    `npm run evaluate -- --json --misses --only=${HALVES.join("|")} --part=${PARTS.join("|")} --without=${EVIDENCE.join("|")} --set=FILE_OR_FOLDER`,
  );
  process.exit(0);
}
refuse(values.part, PARTS, "part");
refuse(values.only, HALVES, "half");
for (const kind of values.without) refuse(kind, EVIDENCE, "evidence");
if (values.set !== undefined && !existsSync(values.set)) {
  console.error(`There is no file or folder "${values.set}".`);
  process.exit(2);
}

const withheld = Object.fromEntries(values.without.map((kind) => [kind, []]));
const incidents = setsOf("incidents").map(({ name, path }) => {
  const outcomes = orExplain(() => readIncidents(path)).map((one) =>
    incidentOutcome({ ...one, ...withheld }, { rank: rankSuspects, recommend: recommendLever }),
  );
  return { name, measures: measureIncidents(outcomes), outcomes };
});
const migrations = [];
for (const { name, path } of setsOf("migrations")) {
  migrations.push({
    name,
    measures: await evaluateMigrations(
      orExplain(() => readMigrationSets(path)),
      judgeMigrations,
    ),
  });
}

if (values.json) console.log(JSON.stringify({ incidents, migrations }, null, 2));
else {
  for (const { name, measures, outcomes } of incidents) {
    say(measuresInWords(name, measures), missesInWords(outcomes));
  }
  for (const { name, measures } of migrations) {
    say(migrationsInWords(name, measures), wrongVerdictsInWords(measures));
  }
}
const isDangerous =
  incidents.some(({ measures }) => measures.unsafe.length > 0) ||
  migrations.some(({ measures }) => measures.dangerous.length > 0);
process.exitCode = isDangerous ? 1 : 0;

/** Our own sets of a kind, or the one that was named if it is of that kind. */
function setsOf(half: "incidents" | "migrations"): { name: string; path: string }[] {
  if (values.only !== undefined && values.only !== half) return [];
  if (values.set !== undefined) {
    const named = holdsMigrations(values.set) ? "migrations" : "incidents";
    return named === half ? [{ name: values.set, path: values.set }] : [];
  }
  return PARTS.filter((part) => values.part === undefined || values.part === part)
    .map((part) => ({ name: part, path: join(OWN, half, part) }))
    .filter(({ path }) => existsSync(path));
}

function say(lines: string[], wrong: string[]): void {
  console.log(lines.join("\n"));
  if (values.misses) console.log(["  what went wrong:", ...wrong].join("\n"));
  console.log();
}

/** What somebody wrote wrongly in a set is said without a stack. */
function orExplain<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

function refuse(value: string | undefined, known: readonly string[], what: string): void {
  if (value === undefined || known.includes(value)) return;
  console.error(`There is no ${what} "${value}". There are: ${known.join(", ")}.`);
  process.exit(2);
}
