import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rankSuspects } from "@/lib/rules/rank-suspects";
import { recommendLever } from "@/lib/rules/recommend-lever";
import { expandIncident } from "./expand-incident";
import { IncidentCase } from "./incident-case";
import { incidentOutcome } from "./incident-outcome";
import { measureIncidents } from "./measure-incidents";
import { seeded } from "./seeded";

const folder = join(import.meta.dirname, "incidents");
const read = (part: string) =>
  readdirSync(join(folder, part)).map((name) => {
    const parsed: unknown = JSON.parse(readFileSync(join(folder, part, name), "utf8"));
    return { name, incident: IncidentCase.parse(parsed) };
  });
const tuned = read("tuned");
const heldOut = read("held-out");
const later = read("later");
const all = [...tuned, ...heldOut, ...later];

const judge = { rank: rankSuspects, recommend: recommendLever };
const outcomes = (files: typeof all) =>
  files.map(({ incident }) => incidentOutcome(incident, judge));

describe("the set", () => {
  test("is large enough, each incident once and in a file of its name", () => {
    expect(all.length).toBeGreaterThanOrEqual(90);
    expect(new Set(all.map(({ incident }) => incident.id)).size).toBe(all.length);
    for (const { name, incident } of all) expect(name).toBe(`${incident.id}.json`);
    expect((heldOut.length + later.length) / all.length).toBeGreaterThan(0.3);
  });

  test("has outside causes in every part, and innocents around every culprit", () => {
    for (const part of [tuned, heldOut, later]) {
      const none = part.filter(({ incident }) => incident.truth.culprit === "none");
      expect(none.length).toBeGreaterThanOrEqual(8);
    }
    for (const { incident } of all) {
      const { changes } = expandIncident(incident).input;
      const live = changes.filter(({ kind }) => kind !== "merge");
      expect(live.length, incident.id).toBeGreaterThanOrEqual(5);
    }
  });
});

describe("the recommendation on it", () => {
  test("never an unsafe lever, in any part", () => {
    expect(measureIncidents(outcomes(all)).unsafe).toEqual([]);
  });

  test("is better than what people take under stress, where rules were tuned", () => {
    const { culprit } = measureIncidents(outcomes(tuned));
    const { ours, latest, latestAffected } = culprit;
    expect(ours.top1.share).toBeGreaterThanOrEqual(0.8);
    expect(ours.top5.share).toBeGreaterThanOrEqual(0.95);
    for (const naive of [latest, latestAffected]) {
      expect(ours.top1.hits).toBeGreaterThan(naive.top1.hits);
      expect(ours.top3.hits).toBeGreaterThan(naive.top3.hits);
    }
  });

  test("seldom takes an innocent change back where nothing had changed, also where no rule was tuned", () => {
    const { blamed } = measureIncidents(outcomes([...heldOut, ...later]));
    expect(blamed.n).toBeGreaterThanOrEqual(20);
    expect(blamed.share).toBeLessThan(0.3);
  });

  test.each(all)("$incident.id: the order of what is known doesn't matter", ({ incident }) => {
    const { input } = expandIncident(incident);
    const random = seeded(`${incident.id}/shuffled`);
    const shuffled = <T>(list: T[]): T[] =>
      list
        .map((one) => ({ one, key: random() }))
        .sort((a, b) => a.key - b.key)
        .map(({ one }) => one);
    const { evidence } = input;
    const said = rankSuspects(input);
    const other = rankSuspects({
      ...input,
      changes: shuffled(input.changes),
      affected: shuffled(input.affected),
      services: shuffled(input.services),
      evidence: {
        signals: shuffled(evidence.signals),
        texts: shuffled(evidence.texts),
        unhealthy: shuffled(evidence.unhealthy),
        wayBacks: shuffled(evidence.wayBacks),
      },
    });
    expect(other.suspects.map(({ id }) => id)).toEqual(said.suspects.map(({ id }) => id));
    expect(other.noRecentChange.probability).toBeCloseTo(said.noRecentChange.probability, 9);
    const sum = said.suspects.reduce(
      (total, { probability }) => total + probability,
      said.noRecentChange.probability,
    );
    expect(sum).toBeCloseTo(1, 9);
  });
});
