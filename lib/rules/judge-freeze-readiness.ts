import type { HoldPreview } from "@/lib/contracts/hold";
import type { OwnerKind } from "@/lib/contracts/owner";
import type { ReadinessCell } from "@/lib/contracts/recovery";
import { layerOfOwner } from "./freeze-holds";
import type { Asked, ReadinessFacts } from "./judge-readiness";
import { blocked, limited, ready, unknown, worstOf } from "./readiness-cell";

/** An owner of a Deployment, as far as pausing it goes. */
export type OwnerFacts = {
  kind: OwnerKind;
  title: string;
  pausing:
    | { state: "possible" | "unneeded" }
    | { state: "paused"; mark: string | null; sentence: string }
    | { state: "refused"; because: string; who: string };
  /** Who would turn it back on; null when nobody would. */
  resumedBy: string | null;
};

type Judged = Record<
  "freeze-gate" | "freeze-cluster" | "freeze-merges" | "freeze-owners",
  ReadinessCell
>;

/** Which layers of a freeze would hold for a service today, and who can lift what is in the way. */
export function judgeFreezeLayers(facts: ReadinessFacts): Judged {
  const { service, deliveries, merges, deploys } = facts;
  return {
    "freeze-gate": ready(
      "Pipelines that ask the gate are told to wait; one that doesn’t ask isn’t held by it.",
    ),
    "freeze-cluster":
      deliveries.length === 0
        ? blocked("No Deployment is named: there is nothing to hold in a cluster.")
        : worstOf(deliveries.map((one) => judgeHold(one, "No source of deploys is connected."))),
    "freeze-merges": service.repository
      ? judgeHold(merges, "No code source is connected.")
      : blocked("No repository is named: there are no merges to hold."),
    "freeze-owners":
      deploys.length === 0
        ? blocked("No Deployment is named: nobody is known who would have to be paused.")
        : worstOf(deploys.map(judgeOwners)),
  };
}

function judgeHold(asked: Asked<HoldPreview>, unconnected: string): ReadinessCell {
  if (asked === null) return blocked(unconnected);
  if ("problem" in asked) return unknown(asked.problem);
  const { said } = asked;
  return said.would === "hold" ? ready(said.sentence) : blocked(withWho(said.because, said.who));
}

function judgeOwners(asked: ReadinessFacts["deploys"][number]): ReadinessCell {
  if (asked === null) return blocked("No source of deploys is connected.");
  if ("problem" in asked) return unknown(asked.problem);
  const owners = asked.said.owners.filter(({ kind }) => layerOfOwner(kind) !== null);
  if (owners.length === 0) return ready("No GitOps controller keeps it: nobody has to be paused.");
  return worstOf(owners.map(judgeOwner));
}

function judgeOwner({ title, pausing, resumedBy }: OwnerFacts): ReadinessCell {
  switch (pausing.state) {
    case "refused":
      return blocked(withWho(pausing.because, pausing.who));
    case "unneeded":
      return ready(`${title} delivers only when somebody asks it to: it needs no pausing.`);
    case "paused":
      return pausing.mark === null
        ? limited(`${title} is paused already, and not by Known Good. ${pausing.sentence}`)
        : ready(`${title} is paused already, for ${pausing.mark}.`);
    case "possible":
      return resumedBy === null
        ? ready(`${title} can be paused.`)
        : limited(`${title} can be paused, but ${resumedBy} would turn it back on.`);
    default:
      return pausing satisfies never;
  }
}

function withWho(because: string, who: string | null): string {
  const sentence = /[.!?]$/.test(because) ? because : `${because}.`;
  return who === null ? sentence : `${sentence} It can be lifted by ${who}.`;
}
