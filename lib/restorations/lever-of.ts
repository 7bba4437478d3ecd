import "server-only";
import type { LeverTarget } from "@/lib/contracts/lever";
import type { Ctx } from "@/lib/server/context";
import type { Acted, Lever, Look, Observed, Prepared, Settled } from "./lever";
import type { Seen } from "./plan";
import { retoggle } from "./retoggle";
import { revert } from "./revert";
import { rollback } from "./rollback";
import type { Job } from "./store";

/** A lever bound to its target: the one place that knows which room a target belongs to. */
export type BoundLever = {
  look(ctx: Ctx): Promise<Look>;
  prepare(ctx: Ctx, seen: Seen): Promise<Prepared>;
  act(ctx: Ctx, job: Job, prepared: Prepared): Promise<Acted>;
  observe(ctx: Ctx, job: Job): Promise<Observed>;
  settle(ctx: Ctx, job: Job): Promise<Settled>;
};

export function leverOf(target: LeverTarget): BoundLever {
  switch (target.lever) {
    case "retoggle":
      return bind(retoggle, target);
    case "rollback":
      return bind(rollback, target);
    case "revert":
      return bind(revert, target);
    default:
      return target satisfies never;
  }
}

function bind<T extends LeverTarget>(lever: Lever<T>, target: T): BoundLever {
  return {
    look: (ctx) => lever.look(ctx, target),
    prepare: (ctx, seen) => lever.prepare(ctx, target, seen),
    act: (ctx, job, prepared) => lever.act(ctx, target, job, prepared),
    observe: (ctx, job) => lever.observe(ctx, target, job),
    settle: (ctx, job) => lever.settle(ctx, target, job),
  };
}
