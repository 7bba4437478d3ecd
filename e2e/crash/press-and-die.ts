import type { RestoreInput } from "../../lib/contracts/restoration.ts";
import { restore } from "../../lib/restorations/restore.ts";
import type { Database } from "../../lib/server/db.ts";
import { openDatabase } from "../../lib/server/db.ts";
import { ctxOn, wrapping } from "../../lib/server/test-ctx.ts";
import { type Addresses, checkoutService } from "../../lib/server/test-names.ts";
import { die, readOrder } from "./die.ts";

/** Where a process that pulls a lever is killed. */
export type Step =
  | "before the intent is committed"
  | "after the intent"
  | "before an owner is paused"
  | "after an owner was paused"
  | "before the request"
  | "while the request is under way"
  | "after the request"
  | "before the outcome is committed"
  | "after the outcome";

export type Order = {
  databaseUrl: string | null;
  dataDir: string;
  addresses: Addresses;
  input: RestoreInput;
  step: Step;
};

const order = readOrder<Order>();
const { step, addresses } = order;

/**
 * Dies in or after the n-th statement that writes a step of the press: the one of the intent, then the
 * one of the outcome. "Before it is committed" is carried out in a transaction that never ends.
 */
function dying(db: Database): Database {
  let count = 0;
  const queryRaw = async (words: TemplateStringsArray, ...values: unknown[]) => {
    if (!words.some((part) => part.includes("append_audit"))) return db.$queryRaw(words, ...values);
    count += 1;
    const isIntent = count === 1;
    const inside = isIntent ? "before the intent is committed" : "before the outcome is committed";
    if (step === inside) {
      await db.$transaction(async (tx) => {
        await tx.$queryRaw(words, ...values);
        await die();
      });
    }
    const rows = await db.$queryRaw(words, ...values);
    if (step === (isIntent ? "after the intent" : "after the outcome")) await die();
    return rows;
  };
  return new Proxy(db, {
    get(target, name) {
      if (name === "$queryRaw") return queryRaw;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Dies around what a source is asked to do. */
function around<A extends unknown[], R>(act: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    if (step === "before the request") await die();
    if (step === "while the request is under way") setTimeout(() => void die(), 4);
    const answer = await act(...args);
    if (step === "after the request") await die();
    return answer;
  };
}

/** Dies around the request that pauses an owner. */
function aroundPausing<A extends unknown[], R>(pause: (...args: A) => Promise<R>) {
  return async (...args: A): Promise<R> => {
    if (step === "before an owner is paused") await die();
    const answer = await pause(...args);
    if (step === "after an owner was paused") await die();
    return answer;
  };
}

const opened = await openDatabase({
  databaseUrl: order.databaseUrl ?? undefined,
  dataDir: order.dataDir,
});
const ctx = ctxOn({ addresses, service: checkoutService() }, dying(opened.db), { name: "Ada" });
const deploys = wrapping(ctx.sources, "deploys", (source) => ({
  ...source,
  rollBack: around(source.rollBack),
  guard: source.guard && {
    ...source.guard,
    pauseOwner: aroundPausing(source.guard.pauseOwner),
  },
}));
const flags = wrapping(deploys, "flags", (source) => ({
  ...source,
  retoggle: around(source.retoggle),
}));
const sources = wrapping(flags, "code", (source) => ({ ...source, revert: around(source.revert) }));
await restore({ ...ctx, sources }, order.input);
// Reached where the process wasn't killed in time: the caller sees that it ended by itself.
process.exit(7);
