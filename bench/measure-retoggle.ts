import { ENVIRONMENT, PROJECT } from "../sandbox/shop/catalogue.ts";
import { httpClient } from "./http-client.ts";
import { type Pressed, press, untilEnded } from "./press.ts";
import { type Measurement, ratioOf, summarise } from "./report.ts";
import { type Flags, KEY, lookThenToggle, toggle } from "./start-flags.ts";
import { type BenchWorld, editSources } from "./start-world.ts";

/** The console finds the token of these flags in this variable. */
export const FLAGS_TOKEN = "BENCH_FLAGS_TOKEN";
const WARM_UP = 6;
const LIMIT = 1.5;

/**
 * Flags turned off and on by pressing the lever over HTTP, in turns with a bare request to the same
 * Unleash. Each does both directions equally often. Every press is undone by a request that follows
 * it, so its Restoration ends as superseded and isn't followed into the next sample.
 */
export async function measureRetoggle(
  bench: BenchWorld,
  flags: Flags,
  rounds: number,
): Promise<Measurement> {
  await bench.whileStopped(async (configFile) => {
    editSources(configFile, (sources) => {
      const token = { env: FLAGS_TOKEN };
      sources.unleash = { ...sources.unleash, url: flags.url, token };
    });
  });
  const bare = httpClient(flags.url, { authorization: flags.token });
  try {
    const incidentId = await bench.incidentId();
    const ours: number[] = [];
    const theirs: number[] = [];
    const careful: number[] = [];
    let isOn = true;
    let last: Pressed | null = null;
    const lever = async () => {
      const pressed = await press(bench.console, incidentId, {
        lever: "retoggle",
        source: "unleash",
        project: PROJECT,
        key: KEY,
        environment: ENVIRONMENT,
        to: { state: isOn ? "off" : "on" },
      });
      isOn = !isOn;
      last = pressed;
      return pressed.ms;
    };
    const request = async () => {
      const ms = await toggle(bare, !isOn);
      isOn = !isOn;
      return ms;
    };
    for (let round = 0; round < rounds + WARM_UP; round += 1) {
      const isOurTurn = round % 2 === 0;
      const first = isOurTurn ? await lever() : await request();
      const second = isOurTurn ? await request() : await lever();
      if (!isOurTurn) await request();
      if (last) await untilEnded(bench.console, last);
      const looked = [await lookThenToggle(bare, !isOn), await lookThenToggle(bare, isOn)];
      if (round < WARM_UP) continue;
      careful.push(...looked);
      ours.push(isOurTurn ? first : second);
      theirs.push(isOurTurn ? second : first);
    }
    const samples = {
      "press to accepted (ms)": summarise(ours),
      "bare request (ms)": summarise(theirs),
      "flag read, then request (ms)": summarise(careful),
    };
    const ratio = ratioOf(samples["press to accepted (ms)"], samples["bare request (ms)"]);
    const alike = ratioOf(
      samples["press to accepted (ms)"],
      samples["flag read, then request (ms)"],
    );
    return {
      name: "retoggle",
      what: `click to accepted over HTTP against a bare request to the same Unleash (${flags.called})`,
      samples,
      bounds: [{ what: "ratio of medians", value: ratio, limit: LIMIT, unit: "ratio" }],
      notes: [
        "The press asks whether the flag is as seen, claims, acts, and writes receipt and audit.",
        `Against a script that looks before it acts, as the press does: ${alike}.`,
      ],
    };
  } finally {
    bare.close();
  }
}
