import "server-only";
import type { FollowUp, FollowUpRow } from "@/lib/contracts/follow-up";
import type { Page } from "@/lib/contracts/page";
import { dayOf, isOverdue } from "@/lib/rules/due-days";
import type { Ctx } from "@/lib/server/context";
import { followUpPage } from "./follow-up-store";

/** One page of follow-ups across retros, what is due first first; at most 200. */
export async function listFollowUps(
  ctx: Pick<Ctx, "db" | "now">,
  query: {
    state?: FollowUp["state"] | undefined;
    team?: string | undefined;
    owner?: string | undefined;
    overdue?: boolean | undefined;
    after?: string | undefined;
    limit?: number | undefined;
  },
): Promise<Page<FollowUpRow>> {
  const now = ctx.now();
  const { overdue, limit, ...rest } = query;
  const { items, next } = await followUpPage(ctx.db, {
    ...rest,
    overdueOn: overdue ? dayOf(now) : undefined,
    limit: Math.min(limit ?? 50, 200),
  });
  return {
    items: items.map((row) => ({ ...row, isOverdue: isOverdue(row.followUp, now) })),
    next,
  };
}
