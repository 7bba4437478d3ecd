/**
 * `npm run evaluate`: how often the recommendation is right, on incidents whose truth is known. `--json`
 * for machines, `--misses` for what went wrong, `--set FILE_OR_FOLDER` for incidents that others wrote.
 */
import "./resolve-product.ts";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { incidentOutcome } = await import("../lib/rules/evaluation/incident-outcome.ts");
const { measureIncidents } = await import("../lib/rules/evaluation/measure-incidents.ts");
const { rankSuspects } = await import("../lib/rules/rank-suspects.ts");
const { recommendLever } = await import("../lib/rules/recommend-lever.ts");
const { measuresInWords, missesInWords } = await import("./incident-words.ts");
const { readIncidents } = await import("./read-incidents.ts");

const OWN = join(import.meta.dirname, "../lib/rules/evaluation/incidents");

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    misses: { type: "boolean", default: false },
    set: { type: "string" },
    /** Only this part of our own set. */
    part: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log("npm run evaluate -- --json --misses --part=tuned|held-out --set=FILE_OR_FOLDER");
  process.exit(0);
}

const judge = { rank: rankSuspects, recommend: recommendLever };
const parts = partsWanted().map(({ name, path }) => {
  const outcomes = readIncidents(path).map((one) => incidentOutcome(one, judge));
  return { name, measures: measureIncidents(outcomes), outcomes };
});

if (values.json) console.log(JSON.stringify({ incidents: parts }, null, 2));
else {
  for (const { name, measures, outcomes } of parts) {
    console.log(measuresInWords(name, measures).join("\n"));
    if (values.misses) console.log(["  missed:", ...missesInWords(outcomes)].join("\n"));
    console.log();
  }
}
process.exitCode = parts.some(({ measures }) => measures.unsafe.length > 0) ? 1 : 0;

function partsWanted(): { name: string; path: string }[] {
  if (values.set) return [{ name: values.set, path: values.set }];
  return ["tuned", "held-out"]
    .filter((name) => values.part === undefined || values.part === name)
    .map((name) => ({ name, path: join(OWN, name) }));
}
