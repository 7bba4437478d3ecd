import { type PastIncident, pastIncident } from "./history-incident.ts";
import type { HistoryPlan, Lever } from "./history-plan.ts";
import {
  configRow,
  deployRow,
  flagRow,
  idOf,
  type LedgerRow,
  type LinkRow,
  mergeRow,
} from "./ledger-rows.ts";
import { type Random, seededRandom } from "./random.ts";

/** One step of a past: a Change with what it carries, or an incident. */
export type HistoryStep =
  | { kind: "change"; row: LedgerRow; links: LinkRow[] }
  | { kind: "incident"; incident: PastIncident };

/** What a service has live, and what waits to be deployed. */
type Line = {
  revision: number;
  template: string;
  merges: { id: string; number: number }[];
  /** While an incident is on, nobody deploys. */
  freeAt: number;
};

type Numbers = { incident: number; restoration: number };

/**
 * A past drawn from a plan, oldest first and the same for the same plan: merges, the deploys that
 * carry them, flags, settings; deploys that fail at known rates and the incidents, Restorations,
 * rollbacks and reverts that follow; and incidents of other causes up to the number planned.
 * `first`: the numbers that its first incident and Restoration get.
 */
export function* generateHistory(
  plan: HistoryPlan,
  first: Numbers = { incident: 1, restoration: 1 },
): Generator<HistoryStep> {
  const past = new Past(plan, first);
  const stepMs = (plan.until - plan.from) / plan.changes;
  const services = Object.keys(plan.failRates);
  for (let turn = 0; past.changes < plan.changes; turn += 1) {
    const at = plan.from + (turn + past.random.next()) * stepMs;
    yield* past.turn(past.random.pick(services), Math.min(at, plan.until - 1));
  }
  while (past.incidents < plan.incidents) {
    yield past.otherIncident(
      past.random.pick(services),
      plan.until - past.random.next() * 86_400_000,
    );
  }
}

class Past {
  readonly random: Random;
  readonly #plan: HistoryPlan;
  readonly #first: Numbers;
  readonly #lines = new Map<string, Line>();
  changes = 0;
  incidents = 0;
  #restorations = 0;

  constructor(plan: HistoryPlan, first: Numbers) {
    this.random = seededRandom(plan.seed);
    this.#plan = plan;
    this.#first = first;
  }

  *turn(service: string, at: number): Generator<HistoryStep> {
    const line = this.#line(service);
    const chance = this.random.next();
    if (chance < 0.44) yield this.#merge(service, at);
    else if (chance < 0.76) {
      if (at >= line.freeAt) yield* this.#deploy(service, at);
    } else if (chance < 0.93) yield this.#plain(flagRow(this.random, this.#common(service, at)));
    else yield this.#plain(configRow(this.random, this.#common(service, at)));
    // Incidents of other causes keep the total to its share of the time passed.
    const share = (at - this.#plan.from) / (this.#plan.until - this.#plan.from);
    if (this.incidents < Math.floor(share * this.#plan.incidents)) {
      yield this.otherIncident(service, at);
    }
  }

  /** An incident that no deploy caused: a flag turned back, or restored by other means. */
  otherIncident(service: string, harmAt: number): HistoryStep {
    const lever = this.random.next() < 0.75 ? "retoggle" : null;
    return { kind: "incident", incident: this.#incident(service, lever, null, harmAt) };
  }

  #line(service: string): Line {
    let line = this.#lines.get(service);
    if (!line) {
      line = { revision: 0, template: this.random.hex(64), merges: [], freeAt: 0 };
      this.#lines.set(service, line);
    }
    return line;
  }

  #common(service: string, at: number) {
    const index = this.changes;
    this.changes += 1;
    return { id: idOf(index), at: new Date(at).toISOString(), service, index };
  }

  #plain(row: LedgerRow): HistoryStep {
    return { kind: "change", row, links: [] };
  }

  #merge(service: string, at: number, revertOf: number | null = null): HistoryStep {
    const common = this.#common(service, at);
    const row = mergeRow(this.random, common);
    this.#line(service).merges.push({ id: common.id, number: 2_000_000 - common.index });
    if (revertOf === null) return this.#plain(row);
    const details = { ...row.details, revertOf };
    return this.#plain({ ...row, title: `Revert #${revertOf}`, details });
  }

  *#deploy(service: string, at: number): Generator<HistoryStep> {
    const line = this.#line(service);
    const before = line.template;
    const carried = line.merges.splice(0);
    const deploy = this.#deployStep(service, at, { carried });
    yield deploy;
    if (this.random.next() >= (this.#plan.failRates[service] ?? 0)) return;
    const pull = carried.at(-1)?.number ?? null;
    const chance = this.random.next();
    const lever: Lever =
      chance < 0.6 ? "rollback" : chance < 0.85 && pull !== null ? "revert" : "retoggle";
    const incident = this.#incident(service, lever, deploy.row.id, at + 1_000);
    line.freeAt = incident.endedAt + 60_000;
    yield { kind: "incident", incident };
    const restorationId = `R-${incident.restoration}`;
    if (lever === "rollback") {
      const returnsTo = line.revision - 1;
      const back = { template: before, returnsTo: Math.max(1, returnsTo), restorationId };
      if (returnsTo >= 1)
        yield this.#deployStep(service, incident.inEffectAt, { carried: [], ...back });
    }
    if (lever === "revert") {
      yield this.#merge(service, incident.inEffectAt - 30_000, pull);
      const reverting = line.merges.splice(-1);
      yield this.#deployStep(service, incident.inEffectAt, { carried: reverting, restorationId });
    }
  }

  #deployStep(
    service: string,
    at: number,
    how: {
      carried: { id: string }[];
      template?: string;
      returnsTo?: number;
      restorationId?: string;
    },
  ): { kind: "change"; row: LedgerRow; links: LinkRow[] } {
    const line = this.#line(service);
    const row = deployRow(this.random, this.#common(service, at));
    line.revision += 1;
    line.template = how.template ?? this.random.hex(64);
    const deployment = `${service}-worker`;
    const details = {
      ...row.details,
      revision: line.revision,
      previousRevision: line.revision - 1,
      templateHash: line.template,
      returnsTo: how.returnsTo ?? null,
      restorationId: how.restorationId ?? null,
    };
    return {
      kind: "change",
      row: {
        ...row,
        naturalKey: `archive-${deployment}:${line.revision}`,
        title: `${deployment} ${line.revision - 1} → ${line.revision}`,
        details,
      },
      links: how.carried.map(({ id }) => ({ fromId: row.id, toId: id })),
    };
  }

  #incident(
    service: string,
    lever: Lever | null,
    suspectId: string | null,
    harmAt: number,
  ): PastIncident {
    const incident = pastIncident(this.random, this.#plan, {
      number: this.#first.incident + this.incidents,
      restoration: this.#first.restoration + this.#restorations,
      ...{ service, lever, suspectId, harmAt },
      isDrill: this.random.next() < 0.02 && suspectId === null,
    });
    this.incidents += 1;
    if (lever !== null) this.#restorations += 1;
    return incident;
  }
}
