import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildConsole } from "../../sandbox/build-console.ts";
import { fetchParts } from "./fetch-parts.ts";
import { playwrightCounts } from "./playwright-counts.ts";
import { type Ended, runProgram } from "./run-program.ts";
import { oneCheck, type Tally } from "./tally.ts";

const MINUTE = 60_000;
const LAST_CHARACTERS = 12_000;

export type Stage = { name: string; run: () => Promise<Tally> };

/** The stages of the tests of the checkout in `root`; `scratch` is a folder for their reports. */
export function stagesOf(root: string, scratch: string, say: (line: string) => void) {
  const program = (name: string, args: string[], env: Record<string, string> = {}): Stage => ({
    name,
    run: async () => {
      const ended = await runProgram(root, args, env, 5 * MINUTE);
      return withLeftovers(oneCheck(ended.code === 0, tailOf(ended)), ended);
    },
  });
  const counted = (
    name: string,
    args: string[],
    variable: string,
    countsOf: (text: string) => Tally,
  ): Stage => ({
    name,
    run: async () => {
      const file = join(scratch, `${name.replaceAll(" ", "-")}.json`);
      const ended = await runProgram(root, args, { [variable]: file }, 20 * MINUTE);
      if (!existsSync(file)) return oneCheck(false, tailOf(ended));
      const tally = countsOf(readFileSync(file, "utf8"));
      if (ended.code !== 0 && tally.failed === 0) tally.failed = 1;
      return withLeftovers({ ...tally, words: tally.failed > 0 ? tailOf(ended) : "" }, ended);
    },
  });
  const vitest = (name: string, project: string, ...more: string[]) =>
    counted(
      name,
      [
        "node_modules/vitest/vitest.mjs",
        "run",
        `--project=${project}`,
        "--reporter=default",
        "--reporter=./e2e/stages/vitest-counts.ts",
        ...more,
      ],
      "KNOWN_GOOD_COUNTS",
      JSON.parse,
    );
  return {
    parts: { name: "real parts", run: () => fetchParts(say) },
    client: program("database client", ["prisma/generate.ts"]),
    routes: program("types of routes", ["node_modules/next/dist/bin/next", "typegen"]),
    lint: program("format and lint", ["node_modules/@biomejs/biome/bin/biome", "check", "."]),
    types: program("types", ["node_modules/typescript/bin/tsc", "--noEmit"]),
    unit: vitest("architecture and unit", "unit", "--maxWorkers=3"),
    // Half of their time they wait for a product to start, to answer or to give up.
    contract: vitest("contracts", "contract", "--maxWorkers=4"),
    build: {
      name: "build",
      run: () =>
        buildConsole(root, () => undefined).then(
          () => oneCheck(true, ""),
          (error: unknown) => oneCheck(false, String(error)),
        ),
    },
    authorisation: {
      name: "authorisation",
      run: async () => {
        const ended = await runProgram(root, ["e2e/authorisation/run.ts"], {}, 5 * MINUTE);
        const said = /^(\d+) checks of authorisation, (\d+) wrong$/m.exec(ended.output);
        if (!said) return oneCheck(false, tailOf(ended));
        const [checked, wrong] = [Number(said[1]), Number(said[2])];
        const words = wrong > 0 ? tailOf(ended) : "";
        return withLeftovers({ passed: checked - wrong, failed: wrong, skipped: [], words }, ended);
      },
    },
    journeys: counted(
      "journeys",
      [
        "node_modules/@playwright/test/cli.js",
        "test",
        "--config=e2e/playwright.config.ts",
        "--reporter=list,json",
      ],
      "PLAYWRIGHT_JSON_OUTPUT_FILE",
      playwrightCounts,
    ),
  } satisfies Record<string, Stage>;
}

function tailOf({ output }: Ended): string {
  return output.length > LAST_CHARACTERS ? `…${output.slice(-LAST_CHARACTERS)}` : output;
}

/** Processes that outlive their tests are a failure of their own. */
function withLeftovers(tally: Tally, { hasLeftovers }: Ended): Tally {
  if (!hasLeftovers) return tally;
  const words = `${tally.words}\nIt left processes running; they were ended.`.trimStart();
  return { ...tally, failed: tally.failed + 1, words };
}
