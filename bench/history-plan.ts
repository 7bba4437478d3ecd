import type { Random } from "./random.ts";

export type Lever = "retoggle" | "rollback" | "revert";

/** Phases whose length is drawn, in order; milliseconds, lognormal. */
export type Spread = { medianMs: number; sigma: number };

/** What a generated past is drawn from: known, so that the history can be held against it. */
export type HistoryPlan = {
  seed: number;
  from: number;
  until: number;
  changes: number;
  incidents: number;
  /** Share of all deploys that fail, by service. */
  failRates: Record<string, number>;
  detect: Spread;
  declare: Spread;
  decide: Spread;
  verify: Spread;
  act: Record<Lever, Spread>;
  takeEffect: Record<Lever, Spread>;
  /** Of an incident that no lever ended: from declaration to restored. */
  otherwise: Spread;
  /** By what all phases of a lever's incidents are multiplied from `learnedAt` on. */
  learned: Partial<Record<Lever, number>>;
  learnedAt: number;
};

const MINUTE = 60_000;
const YEAR = 365 * 86_400_000;

/** Years of a shop's past at 66,667 changes and 1,667 incidents a year; better at rollbacks in the last. */
export function planOfYears(years: number, until: number): HistoryPlan {
  return {
    seed: 20_231_107,
    from: until - years * YEAR,
    until,
    changes: Math.round((200_000 / 3) * years),
    incidents: Math.round((5_000 / 3) * years),
    failRates: {
      ...{ storefront: 0.03, catalog: 0.05, checkout: 0.08, payments: 0.04, search: 0.02 },
      ...{ basket: 0.06, invoices: 0.05, shipping: 0.03, accounts: 0.1, mailer: 0.02 },
      ...{ stock: 0.05, reviews: 0.07 },
    },
    detect: { medianMs: 4 * MINUTE, sigma: 0.8 },
    declare: { medianMs: 1.5 * MINUTE, sigma: 0.7 },
    decide: { medianMs: 6 * MINUTE, sigma: 0.9 },
    verify: { medianMs: 3.2 * MINUTE, sigma: 0.15 },
    act: {
      retoggle: { medianMs: 900, sigma: 0.4 },
      rollback: { medianMs: 1_500, sigma: 0.4 },
      revert: { medianMs: 6 * MINUTE, sigma: 0.6 },
    },
    takeEffect: {
      retoggle: { medianMs: 5_000, sigma: 0.5 },
      rollback: { medianMs: 2.5 * MINUTE, sigma: 0.6 },
      revert: { medianMs: 9 * MINUTE, sigma: 0.5 },
    },
    otherwise: { medianMs: 50 * MINUTE, sigma: 1.1 },
    learned: { rollback: 0.6 },
    learnedAt: until - YEAR,
  };
}

/** One lognormal draw, in whole milliseconds. */
export function draw(random: Random, { medianMs, sigma }: Spread): number {
  // 1 − next() is never 0, of which there is no logarithm.
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  const normal = radius * Math.cos(2 * Math.PI * random.next());
  return Math.max(1, Math.round(medianMs * Math.exp(sigma * normal)));
}
