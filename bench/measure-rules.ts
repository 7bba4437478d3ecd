import "./resolve-product.ts";
import { join } from "node:path";
import { type Measurement, type Summary, summarise } from "./report.ts";

const { expandIncident } = await import("../lib/rules/evaluation/expand-incident.ts");
const { judgeMigrations } = await import("../lib/rules/judge-migrations.ts");
const { rankSuspects } = await import("../lib/rules/rank-suspects.ts");
const { readIncidents } = await import("./read-incidents.ts");
const { readMigrationSets } = await import("./read-migration-sets.ts");

const SETS = join(import.meta.dirname, "../lib/rules/evaluation");
const CHANGES = 1_000;
const FILES = 50;
const WARM_UP = 30;
const RANK_LIMIT_MS = 20;
const JUDGE_LIMIT_MS = 500;
/** Everyday changes that one entry of an incident may ask for. */
const MOST_AROUND = 400;

/**
 * How long judgement takes: an incident of the evaluation with a thousand changes around it ranked, and
 * fifty migration files of PostgreSQL, MySQL, Ruby, Python and TypeScript judged, parsers already loaded.
 */
export async function measureRules(rounds: number): Promise<Measurement> {
  const { rank, changes } = rankMany();
  const { judge, tools } = judgeFifty();
  const samples: Record<string, Summary> = {
    "1,000 changes ranked (ms)": summarise(await timed(rank, Math.max(30, rounds))),
    "50 files judged (ms)": summarise(await timed(judge, Math.max(10, Math.round(rounds / 4)))),
  };
  return {
    name: "rules",
    what: "suspects ranked and migrations judged, in this process",
    samples,
    bounds: [
      {
        what: "median of ranking",
        value: samples["1,000 changes ranked (ms)"]?.median ?? Number.POSITIVE_INFINITY,
        limit: RANK_LIMIT_MS,
        unit: "ms",
      },
      {
        what: "median of judging",
        value: samples["50 files judged (ms)"]?.median ?? Number.POSITIVE_INFINITY,
        limit: JUDGE_LIMIT_MS,
        unit: "ms",
      },
    ],
    notes: [`${changes} changes with the merges among them; files of ${tools}.`],
  };
}

/** The incident of the tuned set with most signals and texts, in a ledger of a thousand changes. */
function rankMany() {
  const [incident] = readIncidents(join(SETS, "incidents/tuned")).toSorted(
    (a, b) => b.signals.length + b.texts.length - a.signals.length - a.texts.length,
  );
  if (!incident) throw new Error("There is no incident to rank.");
  const on = Object.keys(incident.services);
  const around = (count: number) => ({
    ...incident,
    around: [MOST_AROUND, count - MOST_AROUND].map((part, index) => ({
      ...{ count: Math.min(MOST_AROUND, Math.max(1, part)), on, from: -1_440, to: -1 - index },
    })),
  });
  // An everyday deploy brings its merges along, so the count is approached from below.
  let asked = MOST_AROUND + 1;
  let { input } = expandIncident(around(asked));
  while (input.changes.length < CHANGES && asked < 2 * MOST_AROUND) {
    asked += 25;
    input = expandIncident(around(asked)).input;
  }
  if (input.changes.length < CHANGES) throw new Error(`Only ${input.changes.length} changes.`);
  const cut = { ...input, changes: input.changes.slice(0, CHANGES) };
  return { changes: cut.changes.length, rank: () => rankSuspects(cut) };
}

/** Fifty files from as many sets of the tuned part as it takes, each tool in turn. */
function judgeFifty() {
  const byTool = Map.groupBy(readMigrationSets(join(SETS, "migrations/tuned")), ({ tool }) => tool);
  const sets: { files: { path: string; content: string }[] }[] = [];
  let files = 0;
  for (let round = 0; files < FILES; round += 1) {
    const before = files;
    for (const ofTool of byTool.values()) {
      const one = ofTool[round];
      if (!one || files >= FILES) continue;
      sets.push({ files: one.files.slice(0, FILES - files) });
      files += Math.min(one.files.length, FILES - files);
    }
    if (files === before) throw new Error(`There are only ${files} files to judge.`);
  }
  const judge = async () => {
    for (const set of sets) await judgeMigrations(set.files);
  };
  return { tools: [...byTool.keys()].join(", "), judge };
}

async function timed(work: () => unknown, rounds: number): Promise<number[]> {
  const samples: number[] = [];
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    const beganAt = performance.now();
    await work();
    if (round >= WARM_UP) samples.push(performance.now() - beganAt);
  }
  return samples;
}
