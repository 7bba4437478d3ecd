import type { Change } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";
import { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import type { Service } from "@/lib/contracts/service";
import { rankSuspects, type SuspectInput } from "@/lib/rules/rank-suspects";

const HARM = Date.parse("2026-11-20T12:00:00Z");
const MINUTE = 60_000;
export const timeOf = (minute: number) => new Date(HARM + minute * MINUTE).toISOString();

function service(name: string, dependsOn: string[] = []): Service {
  return {
    ...{ name, title: name, team: null, repository: null, signal: null, dependsOn },
    deployments: [{ source: "cluster", namespace: "n", name }],
    flags: { source: "flags", project: "default", environment: "production" },
    ...{ mayBeDrilled: false, origin: "file" },
  };
}

/** shop stands on checkout and search; both of them stand on prices. */
const SERVICES = [
  service("shop", ["checkout", "search"]),
  service("checkout", ["prices"]),
  service("search", ["prices"]),
  service("prices"),
];

type DeployMore = Partial<Extract<Change["details"], { kind: "deploy" }>> & {
  carries?: string[];
  completedAt?: string | null;
};

export function deploy(id: string, minute: number, of = "checkout", more: DeployMore = {}): Change {
  const { carries = [], completedAt = null, ...details } = more;
  return {
    ...{ id, kind: "deploy", source: "cluster", services: [of], title: id, environment: null },
    ...{ at: timeOf(minute), completedAt, actor: null, url: null, carries },
    details: {
      ...{ kind: "deploy", namespace: "n", deployment: of, uid: of, revision: 2 },
      ...{ previousRevision: 1, images: [], changeCause: null, commit: null, commitFrom: null },
      ...{ previousCommit: null, templateChanges: [], templateHash: id, rollout: "complete" },
      ...{ returnsTo: null, restorationId: null, ...details },
    },
  };
}

export function merge(
  id: string,
  number: number,
  paths: string[],
  flagKeys: string[] = [],
): Change {
  const at = timeOf(-120);
  return {
    ...{ id, kind: "merge", source: "code", services: ["checkout"], title: id, environment: null },
    ...{ at, completedAt: at, actor: null, url: null, carries: [] },
    details: {
      ...{ kind: "merge", repository: "a/b", number, branch: "b", base: "main", method: "squash" },
      ...{ mergeCommit: "c", headCommit: "h", labels: [], flagKeys, mentions: [] },
      files: paths.map((path) => ({ path, status: "modified", additions: 20, deletions: 5 })),
      ...{ revertOf: null, restorationId: null },
    },
  };
}

function stateOf(percent: number): FlagState {
  const more = { disabled: false, constraints: [], segments: [], variants: [] };
  const parameters = { rollout: String(percent) };
  return {
    enabled: percent > 0,
    strategies: [{ id: "s", name: "flexibleRollout", parameters, ...more }],
    variants: [],
  };
}

export function flag(
  id: string,
  minute: number,
  from: number,
  to: number,
  key = "discounts",
): Change {
  const at = timeOf(minute);
  return {
    ...{ id, kind: "flag", source: "flags", services: ["checkout"], title: `${key} ${to} %` },
    ...{ environment: "production", at, completedAt: at, actor: null, url: null, carries: [] },
    details: {
      ...{ kind: "flag", project: "default", key, environment: "production", action: "strategy" },
      ...{ before: stateOf(from), after: stateOf(to), restorationId: null },
    },
  };
}

export function signal(of: string, valueAt: (minute: number) => number) {
  const minutes = Array.from({ length: 361 }, (_, i) => -150 + i / 2);
  return {
    ...{ service: of, threshold: 0.02, harmWhen: "above" as const },
    points: minutes.map((m, i): [number, number] => [
      HARM + m * MINUTE,
      valueAt(m) * (0.95 + 0.1 * ((i * 7) % 11) * 0.1),
    ]),
  };
}

export const step = (at: number) => (minute: number) => (minute < at ? 0.003 : 0.2);
export const well = () => 0.003;
type More = Partial<Omit<SuspectInput, "evidence">> & {
  evidence?: Partial<IncidentEvidence>;
};

export function rank(changes: Change[], { evidence = {}, ...more }: More = {}) {
  const ranking = rankSuspects({
    ...{ changes, affected: ["checkout"], services: SERVICES },
    ...{ harmBeganAt: HARM, harmBeganFrom: "signal" as const, now: HARM + 30 * MINUTE },
    evidence: IncidentEvidence.parse(evidence),
    ...more,
  });
  const of = (id: string) => ranking.suspects.find((one) => one.id === id);
  return {
    ...ranking,
    ids: ranking.suspects.map(({ id }) => id),
    shareOf: (id: string) => of(id)?.probability ?? 0,
    wordsOf: (id: string) => of(id)?.evidence.map(({ sentence }) => sentence) ?? [],
    outside: ranking.noRecentChange.evidence.map(({ sentence }) => sentence),
  };
}
