import type { LeverCard } from "@/lib/contracts/lever";
import { TURN_OFF } from "./test-incident";

/** A card about deploy-24 as it was looked at: its flag can be turned off in about 4 s, no revert. */
export const cardAt = (at: Date, suspectId = "deploy-24"): LeverCard => ({
  suspectId,
  checkedAt: at.toISOString(),
  recommendation: { lever: "retoggle", because: "The suspect sits behind a flag.", runnerUp: null },
  levers: [
    {
      lever: "retoggle",
      target: TURN_OFF,
      label: "Turn new-basket off",
      confirm: "Confirm: off",
      sentence: "new-basket on for all → off, live 6 min.",
      blockers: [],
      warnings: [],
      checks: [],
      estimate: { p50Ms: 4_000, p90Ms: null, n: 6, basis: "median of 6 own restorations" },
      touches: "Those who had it",
      leaves: [],
      seen: "token",
      checkedAt: at.toISOString(),
    },
    {
      lever: "revert",
      target: null,
      label: "Revert",
      confirm: "",
      sentence: "",
      blockers: [{ code: "no-pull", sentence: "No merge is known", who: null, commands: [] }],
      warnings: [],
      checks: [],
      estimate: { p50Ms: 1_200_000, p90Ms: null, n: 0, basis: "a guess" },
      touches: "",
      leaves: [],
      seen: "",
      checkedAt: at.toISOString(),
    },
  ],
});
