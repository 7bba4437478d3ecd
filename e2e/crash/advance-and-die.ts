import { advanceReverts, type RunningReverts } from "../../lib/restorations/advance-reverts.ts";
import { type Database, openDatabase } from "../../lib/server/db.ts";
import { ctxOn, wrapping } from "../../lib/server/test-ctx.ts";
import { type Addresses, checkoutService } from "../../lib/server/test-names.ts";
import { die, readOrder } from "./die.ts";

/** Where a process that takes a revert further is killed. */
export type AdvanceMoment =
  | "before it is asked"
  | "while it is asked"
  | "after it was done"
  | "before the outcome is committed"
  | "after the outcome";

export type AdvanceOrder = {
  databaseUrl: string | null;
  dataDir: string;
  addresses: Addresses;
  step: "label" | "reviewers" | "update" | "merge";
  moment: AdvanceMoment;
};

const order = readOrder<AdvanceOrder>();
const { step, moment } = order;

/** The step was done on the outside; what is written next is its outcome. */
let isDone = false;

/** Dies in or after the transaction that writes the outcome. */
function dying(db: Database): Database {
  const transaction = async (work: (tx: unknown) => Promise<unknown>) => {
    const isOutcome = isDone;
    const answer = await db.$transaction(async (tx) => {
      const done = await work(tx);
      if (isOutcome && moment === "before the outcome is committed") await die();
      return done;
    });
    if (isOutcome && moment === "after the outcome") await die();
    return answer;
  };
  return new Proxy(db, {
    get(target, name) {
      if (name === "$transaction") return transaction;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const opened = await openDatabase({
  databaseUrl: order.databaseUrl ?? undefined,
  dataDir: order.dataDir,
});
let aheadMs = 0;
const ctx = ctxOn({ addresses: order.addresses, service: checkoutService() }, dying(opened.db), {
  name: "System",
  now: () => new Date(Date.now() + aheadMs),
});
const sources = wrapping(ctx.sources, "code", (source) => {
  const { guard } = source;
  if (!guard) return source;
  return {
    ...source,
    guard: {
      ...guard,
      async advanceRevert(request) {
        if (request.step !== step) return guard.advanceRevert(request);
        if (moment === "before it is asked") await die();
        if (moment === "while it is asked") setTimeout(() => void die(), 10);
        const answer = await guard.advanceRevert(request);
        isDone = answer.outcome === "done";
        if (isDone && moment === "after it was done") await die();
        return answer;
      },
    },
  };
});
for (let turn = 0; turn < 20; turn += 1) {
  const running: RunningReverts = new Map();
  await advanceReverts({ ...ctx, sources }, running, { isAlone: true });
  await Promise.all(running.values());
  aheadMs += 15_000;
  await new Promise((resolve) => setTimeout(resolve, 100));
}
// Reached where the process wasn't killed in time: the caller sees that it ended by itself.
process.exit(7);
