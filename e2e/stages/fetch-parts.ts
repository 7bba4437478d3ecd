import { findChromium } from "../real-parts/find-chromium.ts";
import { findKubectl } from "../real-parts/find-kubectl.ts";
import { findProgram } from "../real-parts/find-program.ts";
import type { RealPart } from "../real-parts/real-part.ts";
import { oneCheck, type Tally } from "./tally.ts";

/**
 * Fetches the programs that tests drive, one after another, since Debian's packages take no two
 * requests at once. Only git is needed everywhere: without it there is no repository to break. The
 * tests of any other missing part say so themselves and are counted as skipped.
 */
export async function fetchParts(say: (line: string) => void): Promise<Tally> {
  const git = await findProgram(["git"], "git");
  const rest: [string, () => Promise<RealPart<unknown>>][] = [
    ["kubectl", findKubectl],
    ["Prometheus", () => findProgram(["prometheus"], "prometheus")],
    [
      "Alertmanager",
      () => findProgram(["prometheus-alertmanager", "alertmanager"], "prometheus-alertmanager"),
    ],
    ["Chromium", findChromium],
  ];
  for (const [name, find] of rest) {
    const { part, reason } = await find();
    if (part === null) say(`No ${name} here: ${reason}`);
  }
  return oneCheck(
    git.part !== null,
    `${git.reason ?? ""} The tests need git 2.38 or newer: install it and start again.`,
  );
}
