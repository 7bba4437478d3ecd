import type { FlagSeed, PastEvent, StrategySeed, UnleashSeed } from "../unleash/seed.ts";
import { ENVIRONMENT, PROJECT } from "./catalogue.ts";
import type { Scenario } from "./scenarios/scenario.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

function gradual(id: string, percent: number): StrategySeed {
  return { id, name: "flexibleRollout", parameters: { rollout: String(percent) } };
}

function ramp(id: string, from: number, to: number, at: number, by: string): PastEvent {
  return {
    at,
    by,
    environment: ENVIRONMENT,
    change: { kind: "strategy-updated", before: gradual(id, from), after: gradual(id, to) },
  };
}

/** The shop's flags with their past; the scenario's own ramp last. */
export function flagsUntil(now: number, scenario: Scenario): UnleashSeed {
  const rollout = scenario.rollout;
  const engineId = "5d8b8a54-31a8-4a53-9d0e-0d6ce6b0a001";
  const engine: FlagSeed = {
    name: "discount-engine",
    description: "Discounts by rules instead of by hand",
    type: "release",
    createdAt: now - 6 * DAY_MS,
    environments: {
      [ENVIRONMENT]: { enabled: true, strategies: [gradual(engineId, rollout?.percent ?? 25)] },
      development: { enabled: true, strategies: [{ name: "default" }] },
    },
    history: [
      {
        at: now - 4 * DAY_MS,
        by: "mira",
        environment: ENVIRONMENT,
        change: { kind: "strategy-added", strategy: gradual(engineId, 5) },
      },
      {
        at: now - 4 * DAY_MS + 1_000,
        by: "mira",
        environment: ENVIRONMENT,
        change: { kind: "enabled" },
      },
      ramp(engineId, 5, 25, now - 26 * HOUR_MS, "growth"),
      ...(rollout
        ? [ramp(engineId, 25, rollout.percent, now - rollout.minutesAgo * MINUTE_MS, rollout.by)]
        : []),
    ],
  };
  const navigationId = "5d8b8a54-31a8-4a53-9d0e-0d6ce6b0a002";
  const navigation: FlagSeed = {
    name: "new-navigation",
    description: "Menu with pictures",
    type: "experiment",
    createdAt: now - 30 * DAY_MS,
    environments: { [ENVIRONMENT]: { enabled: true, strategies: [gradual(navigationId, 50)] } },
    history: [
      { at: now - 20 * DAY_MS, by: "pia", environment: ENVIRONMENT, change: { kind: "enabled" } },
      ramp(navigationId, 10, 50, now - 9 * HOUR_MS, "pia"),
    ],
  };
  const express: FlagSeed = {
    name: "express-checkout",
    description: "Pay without an account",
    type: "release",
    createdAt: now - 12 * DAY_MS,
    environments: { [ENVIRONMENT]: { enabled: false } },
  };
  const synonyms: FlagSeed = {
    name: "search-synonyms",
    description: "Search finds words of the same meaning",
    type: "operational",
    createdAt: now - 60 * DAY_MS,
    environments: { [ENVIRONMENT]: { enabled: true, strategies: [{ name: "default" }] } },
    history: [
      { at: now - 45 * DAY_MS, by: "jun", environment: ENVIRONMENT, change: { kind: "enabled" } },
    ],
  };
  return {
    project: PROJECT,
    environments: ["development", ENVIRONMENT],
    flags: [engine, navigation, express, synonyms],
  };
}
