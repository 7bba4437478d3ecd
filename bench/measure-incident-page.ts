import { join } from "node:path";
import { type HttpClient, httpClient } from "./http-client.ts";
import { type Measurement, ratioOf, summarise } from "./report.ts";
import { seedLedger } from "./seed-ledger.ts";
import { signIn } from "./sign-in.ts";
import { type BenchWorld, startWorld } from "./start-world.ts";

const SMALL = 1_000;
const LARGE = 100_000;
const WARM_UP = 15;
/** A console renews its embedded database's statistics ten seconds after the start, then hourly. */
const SETTLED_AFTER_MS = 20_000;
const RATIO_LIMIT = 1.5;
const P95_LIMIT_MS = 100;

type Asked = { page: () => Promise<number>; answer: () => Promise<number>; changes: number };

/**
 * Server time of the incident page with a long ledger against a short one, in turns: two consoles,
 * each on its embedded database. Both ledgers are filled at the same rate, so the incident's window
 * holds the same Changes; one reaches back eleven days, the other three years.
 */
export async function measureIncidentPage(rounds: number): Promise<Measurement> {
  const until = Date.now() - 60_000;
  const worlds: BenchWorld[] = [];
  try {
    const asked: Asked[] = [];
    const clients: HttpClient[] = [];
    for (const total of [SMALL, LARGE]) {
      const bench = await startWorld("retoggle");
      worlds.push(bench);
      const id = await bench.incidentId();
      await bench.whileStopped(async () => {
        await seedLedger({ folder: join(bench.dir, "data", "postgres") }, total, until);
      });
      const client = httpClient(bench.world.url, { cookie: await signIn(bench.world.url) });
      clients.push(client);
      asked.push(await askingFor(client, id));
    }
    const [small, large] = asked;
    if (!small || !large) throw new Error("Both ledgers are needed.");
    await new Promise((resolve) => setTimeout(resolve, SETTLED_AFTER_MS));
    const times = { smallPage: [0], largePage: [0], smallAnswer: [0], largeAnswer: [0] };
    for (const list of Object.values(times)) list.pop();
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      const [smallPage, largePage] = [await small.page(), await large.page()];
      const [smallAnswer, largeAnswer] = [await small.answer(), await large.answer()];
      if (round < WARM_UP) continue;
      times.smallPage.push(smallPage);
      times.largePage.push(largePage);
      times.smallAnswer.push(smallAnswer);
      times.largeAnswer.push(largeAnswer);
    }
    for (const client of clients) client.close();
    const pages = [summarise(times.smallPage), summarise(times.largePage)] as const;
    const answers = [summarise(times.smallAnswer), summarise(times.largeAnswer)] as const;
    const bounds = [
      ["page", pages],
      ["answer", answers],
    ] as const;
    return {
      name: "incident-page",
      what: "server time of the incident page with 100,000 Changes in the ledger against 1,000",
      samples: {
        "page, 1,000 (ms)": pages[0],
        "page, 100,000 (ms)": pages[1],
        "JSON, 1,000 (ms)": answers[0],
        "JSON, 100,000 (ms)": answers[1],
      },
      bounds: bounds.flatMap(([what, [few, many]]) => [
        {
          what: `${what}: ratio of medians`,
          value: ratioOf(many, few),
          limit: RATIO_LIMIT,
          unit: "ratio" as const,
        },
        { what: `${what}: p95`, value: many.p95, limit: P95_LIMIT_MS, unit: "ms" as const },
      ]),
      notes: [`The incident's window holds ${small.changes} and ${large.changes} Changes.`],
    };
  } finally {
    for (const bench of worlds) await bench.stop();
  }
}

async function askingFor(client: HttpClient, id: string): Promise<Asked> {
  const get = async (path: string) => {
    const { status, text, ms } = await client.send("GET", path);
    if (status !== 200) throw new Error(`GET ${path} was answered ${status}`);
    return { text, ms };
  };
  const { text } = await get(`/api/incidents/${id}`);
  const view = JSON.parse(text) as { changes: unknown[] };
  return {
    page: async () => (await get(`/incidents/${id}`)).ms,
    answer: async () => (await get(`/api/incidents/${id}`)).ms,
    changes: view.changes.length,
  };
}
