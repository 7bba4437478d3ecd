import fc from "fast-check";
import type { Change } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";
import { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import type { Service } from "@/lib/contracts/service";
import type { SuspectInput } from "@/lib/rules/rank-suspects";

const HARM = Date.parse("2026-11-20T12:00:00Z");
export const MINUTE = 60_000;
const NAMES = ["shop", "cart", "checkout", "payments", "search", "blog"];

const SERVICES = NAMES.map((name, index): Service => {
  return {
    ...{ name, title: name, team: null, repository: null, signal: null },
    deployments: [{ source: "cluster", namespace: "n", name }],
    flags: { source: "flags", project: "default", environment: "production" },
    dependsOn: NAMES.slice(index + 1, index + 3),
    ...{ mayBeDrilled: false, origin: "file" },
  };
});

function stateOf(percent: number): FlagState {
  const parameters = { rollout: String(percent) };
  const more = { disabled: false, constraints: [], segments: [], variants: [] };
  return {
    enabled: percent > 0,
    strategies: [{ id: "s", name: "flexibleRollout", parameters, ...more }],
    variants: [],
  };
}

type Draft = {
  what: "deploy" | "flag" | "config" | "merge";
  minute: number;
  service: string;
  number: number;
  back: boolean;
};

/** A ledger from drafts: revisions count up, every other deploy carries the merge in front of it. */
function changesOf(drafts: Draft[]): Change[] {
  return drafts.map((draft, index): Change => {
    const { what, minute, service, number, back } = draft;
    const at = new Date(HARM + minute * MINUTE).toISOString();
    const base = {
      ...{ id: `${what}-${index}`, kind: what, services: [service], title: `${what} ${index}` },
      ...{ environment: null, at, completedAt: at, actor: null, url: null, carries: [] },
    };
    switch (what) {
      case "deploy": {
        const carried = drafts[index - 1]?.what === "merge" ? [`merge-${index - 1}`] : [];
        return {
          ...{ ...base, source: "cluster", carries: carried },
          details: {
            ...{ kind: what, namespace: "n", deployment: service, uid: service },
            ...{ revision: index + 2, previousRevision: index + 1, images: [], changeCause: null },
            ...{ commit: null, commitFrom: null, previousCommit: null, templateHash: "h" },
            ...{ templateChanges: [`env LIMIT_${number} 1 → 2`], rollout: "complete" },
            ...{ returnsTo: back ? index : null, restorationId: null },
          },
        };
      }
      case "flag":
        return {
          ...{ ...base, source: "flags" },
          details: {
            ...{ kind: what, project: "default", key: `key-${number}`, environment: "production" },
            ...{ action: "strategy", before: stateOf(number), after: stateOf(back ? 0 : 100) },
            restorationId: null,
          },
        };
      case "config":
        return {
          ...{ ...base, source: "cluster" },
          details: { kind: what, namespace: "n", object: "ConfigMap/x", keys: [`KEY_${number}`] },
        };
      case "merge":
        return {
          ...{ ...base, source: "code" },
          details: {
            ...{ kind: what, repository: "a/b", number, branch: "b", base: "main" },
            ...{ method: "squash", mergeCommit: "c", headCommit: "h", labels: [], mentions: [] },
            files: [{ path: `src/f${number}x.ts`, status: "m", additions: 9, deletions: 1 }],
            ...{ flagKeys: [`key-${number}`], revertOf: null, restorationId: null },
          },
        };
      default:
        return what satisfies never;
    }
  });
}

const drafts = fc.array(
  fc.record<Draft>({
    what: fc.constantFrom("deploy", "flag", "config", "merge"),
    // Of seconds: doubles would nearly all lie within an instant of the start of harm.
    minute: fc
      .oneof(fc.integer({ min: -3_600, max: 3_600 }), fc.integer({ min: -86_400, max: 10_800 }))
      .map((second) => second / 60),
    service: fc.constantFrom(...NAMES),
    number: fc.integer({ min: 1, max: 40 }),
    back: fc.boolean(),
  }),
  { maxLength: 25 },
);

const signals = fc.array(
  fc.record({
    service: fc.constantFrom(...NAMES),
    from: fc.integer({ min: -120, max: 60 }),
    base: fc.double({ min: 0, max: 0.03, noNaN: true }),
    harm: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 5 },
);
const words = fc.array(
  fc.constantFrom(
    "f3x.ts fails",
    "memory leak",
    "key-7",
    "503 from api.else.com",
    "payments",
    "dns",
  ),
  { maxLength: 4 },
);
const when = fc.constantFrom("signal" as const, "alert", "person", "declaration");

/** Any incident: a ledger, signals, words, and who says when it began. */
export const anyIncident = fc
  .tuple(drafts, fc.subarray(NAMES, { minLength: 1, maxLength: 3 }), signals, words, when)
  .map(([changes, affected, traces, texts, harmBeganFrom]): SuspectInput => {
    const minutes = Array.from({ length: 90 }, (_, i) => i * 2 - 120);
    return {
      ...{ changes: changesOf(changes), affected, services: SERVICES },
      ...{ harmBeganAt: HARM, harmBeganFrom, now: HARM + 60 * MINUTE },
      evidence: IncidentEvidence.parse({
        texts,
        signals: traces.map(({ service, from, base, harm }) => ({
          ...{ service, threshold: 0.02, harmWhen: "above" },
          points: minutes.map((m) => [HARM + m * MINUTE, m < from ? base : harm]),
        })),
      }),
    };
  });
