import { join } from "node:path";
import { planOfYears } from "./history-plan.ts";
import { type HttpClient, httpClient } from "./http-client.ts";
import { type Measurement, ratioOf, type Summary, summarise } from "./report.ts";
import { seedHistory } from "./seed-history.ts";
import { signIn } from "./sign-in.ts";
import { type BenchWorld, startWorld } from "./start-world.ts";

const YEARS = [1, 3] as const;
const WARM_UP = 5;
/** The embedded database's statistics are renewed ten seconds after the start. */
const SETTLED_AFTER_MS = 20_000;
/** Three times the past may cost less than three times as much. */
const RATIO_LIMIT = 3;
const P95_LIMIT_MS = 300;

/** What is asked, by name: the whole past of a console, `from` its beginning. */
const ASKED = {
  JSON: (from: string) => `/api/recovery?from=${from}`,
  page: () => "/recovery?period=all",
  delivery: (from: string) => `/api/delivery?from=${from}`,
} as const;
type Name = keyof typeof ASKED;

/**
 * Server time of the recovery history over a past of three years against one of one year, each asked
 * for all of it, in turns: two consoles, each on its embedded database.
 */
export async function measureRecovery(rounds: number): Promise<Measurement> {
  const until = Date.now() - 60_000;
  const worlds: BenchWorld[] = [];
  const clients: HttpClient[] = [];
  const notes: string[] = [];
  try {
    for (const years of YEARS) {
      const bench = await startWorld("retoggle");
      worlds.push(bench);
      await bench.incidentId();
      await bench.whileStopped(async () => {
        const plan = planOfYears(years, until);
        const folder = join(bench.dir, "data", "postgres");
        const { changes, incidents } = await seedHistory({ folder }, plan);
        notes.push(`${years} y: ${incidents} incidents, ${changes} Changes.`);
      });
      const client = httpClient(bench.world.url, { cookie: await signIn(bench.world.url) });
      clients.push(client);
      const beganAt = performance.now();
      await firstRead(client);
      const seconds = Math.round((performance.now() - beganAt) / 1000);
      notes.push(`${years} y: after the migration, the facts were there in ${seconds} s.`);
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLED_AFTER_MS));
    const samples = await sample(clients, rounds, until);
    const names = (Object.keys(ASKED) as Name[]).filter((name) => samples.has(`${name}, 3 y (ms)`));
    const bounds = names.flatMap((name) => {
      const [one, three] = YEARS.map((years) => samples.get(`${name}, ${years} y (ms)`));
      if (!one || !three) return [];
      return [
        {
          what: `${name}: ratio of medians`,
          value: ratioOf(three, one),
          limit: RATIO_LIMIT,
          unit: "ratio" as const,
        },
        { what: `${name}: p95`, value: three.p95, limit: P95_LIMIT_MS, unit: "ms" as const },
      ];
    });
    if (!names.includes("page")) notes.push("This build has no page /recovery.");
    return {
      name: "recovery",
      what: "server time of the recovery history: all of three years against all of one",
      samples: Object.fromEntries(samples),
      bounds,
      notes,
    };
  } finally {
    for (const client of clients) client.close();
    for (const bench of worlds) await bench.stop();
  }
}

/** The first reading may have to wait for facts of everything that was there before. */
async function firstRead(client: HttpClient): Promise<void> {
  for (;;) {
    const { status } = await client.send("GET", "/api/recovery");
    if (status === 200) return;
    if (status !== 503) throw new Error(`GET /api/recovery was answered ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

async function sample(
  clients: readonly HttpClient[],
  rounds: number,
  until: number,
): Promise<Map<string, Summary>> {
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds + WARM_UP; round += 1) {
    for (const [index, years] of YEARS.entries()) {
      const from = new Date(until - years * 365 * 86_400_000).toISOString();
      for (const name of Object.keys(ASKED) as Name[]) {
        const answer = await clients[index]?.send("GET", ASKED[name](from));
        if (name === "page" && answer?.status === 404) continue;
        if (answer?.status !== 200) throw new Error(`${name} was answered ${answer?.status}`);
        if (round < WARM_UP) continue;
        const key = `${name}, ${years} y (ms)`;
        times.set(key, [...(times.get(key) ?? []), answer.ms]);
      }
    }
  }
  return new Map([...times].map(([key, list]) => [key, summarise(list)]));
}
