import { followFreezes } from "../../lib/freezes/follow-freezes.ts";
import { freeze } from "../../lib/freezes/freeze.ts";
import { thawFreeze } from "../../lib/freezes/thaw-freeze.ts";
import { followHolds, type RunningHolds } from "../../lib/holds/follow-holds.ts";
import type { Database } from "../../lib/server/db.ts";
import { openDatabase } from "../../lib/server/db.ts";
import { ctxOn, wrapping } from "../../lib/server/test-ctx.ts";
import { type Addresses, checkoutService } from "../../lib/server/test-names.ts";
import { die, readOrder } from "./die.ts";

/** Where a process that freezes, or thaws, is killed. */
export type FreezeStep =
  | "before the freeze is committed"
  | "after the freeze"
  | "after the first holds are claimed"
  | "after all holds are claimed"
  | "before a request"
  | "while requests are under way"
  | "after a request"
  | "before the thaw is committed"
  | "after the thaw"
  | "before letting go"
  | "while letting go"
  | "after letting go";

export type FreezeOrder = {
  databaseUrl: string | null;
  dataDir: string;
  addresses: Addresses;
  step: FreezeStep;
  /** What is thawed; null to freeze. */
  thaws: string | null;
};

const order = readOrder<FreezeOrder>();
const { step, addresses } = order;

const BEFORE: Partial<Record<FreezeStep, number>> = {
  "before the freeze is committed": 1,
  "before the thaw is committed": 1,
};
const AFTER: Partial<Record<FreezeStep, number>> = {
  "after the freeze": 1,
  "after the thaw": 1,
  "after the first holds are claimed": 2,
  "after all holds are claimed": 4,
};

/** Dies in or after the n-th transaction. */
function dying(db: Database): Database {
  let count = 0;
  const transaction = async (work: Parameters<typeof db.$transaction>[0]) => {
    count += 1;
    const number = count;
    const done = await db.$transaction(async (tx) => {
      const result: unknown = await (work as unknown as (t: typeof tx) => Promise<unknown>)(tx);
      if (BEFORE[step] === number) await die();
      return result;
    });
    if (AFTER[step] === number) await die();
    return done;
  };
  return new Proxy(db, {
    get(target, name) {
      if (name === "$transaction") return transaction;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Dies around what a source is asked to do. */
function around<A extends unknown[], R>(
  act: (...args: A) => Promise<R>,
  [before, during, after]: [FreezeStep, FreezeStep, FreezeStep],
) {
  return async (...args: A): Promise<R> => {
    if (step === before) await die();
    if (step === during) setTimeout(() => void die(), 6);
    const answer = await act(...args);
    if (step === after) await die();
    return answer;
  };
}
const HOLDING: [FreezeStep, FreezeStep, FreezeStep] = [
  "before a request",
  "while requests are under way",
  "after a request",
];
const RELEASING: [FreezeStep, FreezeStep, FreezeStep] = [
  "before letting go",
  "while letting go",
  "after letting go",
];

const opened = await openDatabase({
  databaseUrl: order.databaseUrl ?? undefined,
  dataDir: order.dataDir,
});
const made = ctxOn({ addresses, service: checkoutService() }, dying(opened.db), { name: "Ada" });
const deploys = wrapping(made.sources, "deploys", (source) => ({
  ...source,
  guard: source.guard && {
    ...source.guard,
    holdDeliveries: around(source.guard.holdDeliveries, HOLDING),
    pauseOwner: around(source.guard.pauseOwner, HOLDING),
    releaseDeliveries: around(source.guard.releaseDeliveries, RELEASING),
    resumeOwner: around(source.guard.resumeOwner, RELEASING),
  },
}));
const sources = wrapping(deploys, "code", (source) => ({
  ...source,
  guard: source.guard && {
    ...source.guard,
    holdMerges: around(source.guard.holdMerges, HOLDING),
    releaseMerges: around(source.guard.releaseMerges, RELEASING),
  },
}));
const ctx = { ...made, sources };
if (order.thaws === null) {
  const wish = { services: ["checkout"], reason: "Rolling back", minutes: 60, incidentId: null };
  await freeze(ctx, wish, { waitMs: 5_000 * Number(step.includes("holds are claimed")) });
} else {
  await thawFreeze(ctx, { id: order.thaws });
}
const running: RunningHolds = new Map();
for (const until = Date.now() + 10_000; Date.now() < until; ) {
  await followFreezes(ctx, new Map());
  await followHolds(ctx, running);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
// Reached where the process wasn't killed in time: the caller sees that it ended by itself.
process.exit(7);
