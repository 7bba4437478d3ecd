import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change } from "@/lib/contracts/change";
import type { IncidentEvidence } from "@/lib/contracts/incident-evidence";
import { MINUTE, anyIncident as world } from "@/lib/server/test-any-incident";
import { rankSuspects, type SuspectInput } from "./rank-suspects";

const shareOf = (input: SuspectInput, id: string) =>
  rankSuspects(input).suspects.find(({ changeIds }) => changeIds.includes(id))?.probability ?? 0;

function withEvidence(input: SuspectInput, more: Partial<IncidentEvidence>): SuspectInput {
  const { texts, unhealthy, wayBacks } = input.evidence;
  return {
    ...input,
    evidence: {
      ...input.evidence,
      texts: [...texts, ...(more.texts ?? [])],
      unhealthy: [...unhealthy, ...(more.unhealthy ?? [])],
      wayBacks: [...wayBacks, ...(more.wayBacks ?? [])],
    },
  };
}

const RUNS = { numRuns: 300 };

describe("whatever is known", () => {
  test("shares are between 0 and 1, sum to 1 with no recent change, and are ordered", () => {
    fc.assert(
      fc.property(world, (input) => {
        const { suspects, noRecentChange, onset } = rankSuspects(input);
        const shares = [noRecentChange, ...suspects].map(({ probability }) => probability);
        for (const share of shares) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 9);
        expect(shares.slice(1)).toEqual(shares.slice(1).toSorted((a, b) => b - a));
        expect(onset.earliest).toBeLessThanOrEqual(onset.at);
        expect(onset.latest).toBeGreaterThanOrEqual(onset.at);
      }),
      RUNS,
    );
  });

  test("no change that came after the start of harm, as well as it is known, is a suspect", () => {
    fc.assert(
      fc.property(world, (input) => {
        const { suspects, onset } = rankSuspects(input);
        const times = new Map(input.changes.map(({ id, at }) => [id, Date.parse(at)]));
        for (const { id } of suspects) expect(times.get(id)).toBeLessThanOrEqual(onset.latest);
      }),
      RUNS,
    );
  });

  test("the order of anything never matters", () => {
    fc.assert(
      fc.property(world, (input) => {
        const { evidence } = input;
        const turned = {
          ...input,
          changes: input.changes.toReversed(),
          affected: input.affected.toReversed(),
          services: input.services.toReversed(),
          evidence: {
            ...evidence,
            signals: evidence.signals.toReversed(),
            texts: evidence.texts.toReversed(),
          },
        };
        expect(rankSuspects(turned)).toEqual(rankSuspects(input));
      }),
      RUNS,
    );
  });

  test("every sentence is said once and has its weight", () => {
    fc.assert(
      fc.property(world, (input) => {
        for (const { evidence } of rankSuspects(input).suspects) {
          expect(evidence.length).toBeGreaterThan(0);
          const sentences = evidence.map(({ sentence }) => sentence);
          expect(new Set(sentences).size).toBe(sentences.length);
          for (const { logOdds } of evidence) expect(Number.isFinite(logOdds)).toBe(true);
        }
      }),
      RUNS,
    );
  });
});

describe("more evidence for a change never makes it less likely:", () => {
  const chosen = fc.tuple(world, fc.nat());
  /** Checks one kind of evidence on a suspect of each world that has any. */
  function never(less: (change: Change, input: SuspectInput) => Partial<IncidentEvidence> | null) {
    fc.assert(
      fc.property(chosen, ([input, nth]) => {
        const { suspects } = rankSuspects(input);
        const suspect = suspects[nth % Math.max(1, suspects.length)];
        const change = input.changes.find(({ id }) => id === suspect?.id);
        const more = change && less(change, input);
        if (!suspect || !more) return;
        const now = shareOf(withEvidence(input, more), suspect.id);
        expect(now).toBeGreaterThanOrEqual(suspect.probability - 1e-9);
      }),
      RUNS,
    );
  }

  test("pods of its Deployment, unhealthy since", () => {
    never(({ at, details, source }) =>
      details.kind === "deploy"
        ? {
            unhealthy: [
              {
                ...{ source, namespace: details.namespace, deployment: details.deployment },
                ...{ since: at, sentence: "1 of 2 pods not ready" },
              },
            ],
          }
        : null,
    );
  });

  test("a way back that helped", () => {
    never(({ id }, { now }) => ({
      wayBacks: [
        { changeId: id, at: new Date(now - MINUTE).toISOString(), by: null, helped: true },
      ],
    }));
  });

  test("its own words in an error", () => {
    never((change, { changes }) => {
      const { details } = change;
      const word = details.kind === "deploy" ? details.templateChanges[0]?.split(" ")[1] : null;
      const isOwn =
        word && !changes.some((one) => one !== change && JSON.stringify(one).includes(word));
      return isOwn ? { texts: [`invalid ${word}`] } : null;
    });
  });
});

test("what is hostile never throws and never makes a share that is none", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom(
      "a".repeat(50_000),
      "\u0000",
      "💥".repeat(999),
      "__proto__",
      "🇩🇪\u202e%s",
      "((((a+)+)+)+$",
      "post, code ".repeat(5_000),
      "post code_".repeat(5_000),
    ),
  );
  const odd = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1e300));
  fc.assert(
    fc.property(world, text, text, odd, odd, (input, one, other, number, at) => {
      const { suspects, noRecentChange } = rankSuspects({
        ...input,
        harmBeganAt: at,
        now: number,
        affected: [one, ...input.affected],
        changes: [
          ...input.changes.map((change) => ({ ...change, title: one, services: [other] })),
          ...input.changes,
          ...input.changes.slice(0, 3).map((change) => ({ ...change, at: one, carries: [other] })),
        ],
        evidence: {
          signals: [
            { service: other, threshold: number, harmWhen: "below", points: [[at, number]] },
          ],
          texts: [one, other],
          unhealthy: [
            { source: one, namespace: other, deployment: one, since: other, sentence: one },
          ],
          wayBacks: [{ changeId: other, at: one, by: other, helped: null }],
        },
      });
      for (const { probability } of [noRecentChange, ...suspects]) {
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 100 },
  );
});
