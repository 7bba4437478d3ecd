import type { HoldPreview } from "@/lib/contracts/hold";
import type { Blocker, LeverKind, Warning } from "@/lib/contracts/lever";
import type { ReadinessCell, ReadinessColumn } from "@/lib/contracts/recovery";
import type { SchemaReport } from "@/lib/contracts/schema-judgement";
import type { Service } from "@/lib/contracts/service";
import { judgeFreezeLayers, type OwnerFacts } from "./judge-freeze-readiness";
import { judgeLevers } from "./judge-lever-readiness";
import { blocked, limited, ready, unknown } from "./readiness-cell";
import { ageInWords, counted } from "./say";

/** What an outside system said just now, why it said nothing, or null: none is connected. */
export type Asked<T> = { said: T } | { problem: string } | null;

/** How one lever stands today, asked without pulling it. `target` names what it was asked of. */
export type LeverFacts = { target: string; blockers: Blocker[]; warnings: Warning[] };

export type DeployFacts = LeverFacts & {
  deployment: string;
  /** Revisions in front of the live one that the cluster keeps, and how many it would keep. */
  kept: number;
  limit: number;
  owners: OwnerFacts[];
};

export type LedgerFacts = {
  /** Merges of the last 90 days, and those of them whose diff mentions a flag of the service. */
  merges: number;
  guarded: number;
  /** What was live before the latest deploy. */
  previousRevision: number | null;
  /** Templates of its Deployments that the ledger holds. */
  templates: number;
  /** The latest drill, and the levers verified in it. Milliseconds since the epoch. */
  drill: { incidentId: string; at: number; levers: LeverKind[] } | null;
};

export type ReadinessFacts = {
  service: Service;
  now: number;
  flags: Asked<LeverFacts>;
  deploys: Asked<DeployFacts>[];
  code: Asked<LeverFacts>;
  /** Whether a freeze would hold: for each namespace of the service, and for its branch. */
  deliveries: Asked<HoldPreview>[];
  merges: Asked<HoldPreview>;
  /** The latest value; null when the query gave none. */
  signal: Asked<number | null>;
  /** What was judged of the version in front of the live one; null where there is none to judge. */
  schema: Pick<SchemaReport, "verdict" | "sentence"> | null;
  ledger: LedgerFacts;
};

const DAY_MS = 86_400_000;
/** A drill older than this proves little: people and permissions have changed since. */
const DRILL_HOLDS_MS = 90 * DAY_MS;
/** Fewer merges than this say nothing of a habit. */
const ENOUGH_MERGES = 5;
const WELL_GUARDED = 0.3;

/** Whether a service could be restored today, column by column: each cell says how it is known. */
export function judgeReadiness(facts: ReadinessFacts): Record<ReadinessColumn, ReadinessCell> {
  return {
    ...judgeLevers(facts),
    revisions: judgeRevisions(facts),
    "flag-coverage": judgeCoverage(facts),
    schema: judgeSchema(facts),
    gitops: judgeOwner(facts),
    signal: judgeSignal(facts),
    "last-drill": judgeDrill(facts),
    ...judgeFreezeLayers(facts),
  };
}

function judgeRevisions({ deploys, ledger }: ReadinessFacts): ReadinessCell {
  if (deploys.length === 0) return blocked("No Deployment is named for this service.");
  const said = deploys.flatMap((one) => (one && "said" in one ? one.said : []));
  const silent = deploys.find((one) => one && "problem" in one);
  if (silent && "problem" in silent) return unknown(silent.problem);
  const fewest = said.toSorted((a, b) => a.kept - b.kept)[0];
  if (!fewest) return blocked("No source of deploys is connected.");
  const held = `the ledger holds ${counted(ledger.templates, "template")}`;
  const { deployment, kept, limit } = fewest;
  if (kept >= 2) {
    return ready(
      `The cluster keeps ${counted(kept, "revision")} in front of the live one; ${held}.`,
    );
  }
  if (kept === 1) {
    return limited(`The cluster keeps one revision in front of the live one; ${held}.`);
  }
  if (ledger.templates >= 2) {
    return limited(
      `The cluster keeps no revision of ${deployment} (its limit is ${limit}); ${held}.`,
    );
  }
  return blocked(`Nothing in front of the live revision of ${deployment} is kept anywhere.`);
}

function judgeCoverage({ service, ledger }: ReadinessFacts): ReadinessCell {
  const { merges, guarded } = ledger;
  if (!service.repository) return unknown("No repository is named for this service.");
  if (merges === 0) return unknown("No merge in the last 90 days.");
  const share = `${guarded} of ${counted(merges, "merge")} in the last 90 days`;
  if (!service.flags) return limited(`No flags are named for it: ${share} mention one.`);
  if (merges < ENOUGH_MERGES) {
    return unknown(`${share} mention one of its flags: too few merges to say.`);
  }
  const sentence = `${share} (${Math.round((guarded / merges) * 100)} %) mention one of its flags.`;
  return guarded / merges >= WELL_GUARDED ? ready(sentence) : limited(sentence);
}

/** Whether the version before runs on today's schema, as it was judged when the live one came. */
function judgeSchema({ service, ledger, schema }: ReadinessFacts): ReadinessCell {
  if (!service.repository) {
    return unknown("No repository is named for this service, so no migrations are known.");
  }
  if (schema === null || ledger.previousRevision === null) {
    return unknown("No earlier revision is known that could run on today’s schema.");
  }
  const sentence = `${schema.sentence.charAt(0).toUpperCase()}${schema.sentence.slice(1)}`;
  const whole = /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
  switch (schema.verdict) {
    case "compatible":
      return ready(whole);
    case "incompatible":
      return blocked(whole);
    case "unknown":
      return unknown(whole);
    default:
      return schema.verdict satisfies never;
  }
}

/** A controller that owns a Deployment undoes a rollback; the adapter's own warnings tell. */
function judgeOwner({ deploys }: ReadinessFacts): ReadinessCell {
  if (deploys.length === 0) return unknown("No Deployment is named for this service.");
  for (const one of deploys) {
    if (!one) return unknown("No source of deploys is connected.");
    if ("problem" in one) return unknown(one.problem);
    const owner = one.said.warnings.find(({ code }) => code.startsWith("owned-by-"));
    if (owner) return limited(owner.sentence);
  }
  return ready("No GitOps controller and no Helm release owns it: a rollback stays.");
}

function judgeSignal({ service, signal }: ReadinessFacts): ReadinessCell {
  if (!service.signal || signal === null) {
    return blocked("It has no signal: a person must look and say whether a lever helped.");
  }
  if ("problem" in signal) return unknown(signal.problem);
  if (signal.said === null) return blocked(`${service.signal.title}: the query gives no data.`);
  const { harmWhen, threshold } = service.signal;
  const isBad = harmWhen === "above" ? signal.said > threshold : signal.said < threshold;
  return ready(
    `${service.signal.title} answers; it is ${isBad ? "beyond" : "within"} its threshold now.`,
  );
}

function judgeDrill({ service, ledger, now }: ReadinessFacts): ReadinessCell {
  const { drill } = ledger;
  if (!drill) {
    return service.mayBeDrilled
      ? limited("Never drilled.")
      : limited("Never drilled, and it may not be: set drills: true on it.");
  }
  const ago = ageInWords(now - drill.at);
  const proved =
    drill.levers.length > 0 ? `${drill.levers.join(", ")} verified` : "no lever verified";
  const sentence = `${ago} ago, ${proved} (${drill.incidentId}).`;
  return drill.levers.length > 0 && now - drill.at <= DRILL_HOLDS_MS
    ? ready(sentence)
    : limited(sentence);
}
