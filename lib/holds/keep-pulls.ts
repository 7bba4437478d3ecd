import "server-only";
import { noteHeld, noteLetThrough } from "@/lib/freezes/held-store";
import type { HeldPull } from "@/lib/integrations/code-guard";
import type { Ctx } from "@/lib/server/context";
import type { Wish } from "./read-wish";

/** Keeps which pull requests wait because of a hold on merges, and which no longer do. */
export async function keepPulls(
  ctx: Ctx,
  wish: Wish,
  pulls: readonly HeldPull[] | undefined,
): Promise<void> {
  if (wish.layer !== "github" || !pulls) return;
  const { repository } = wish.request;
  const drafts = pulls.map(({ number, title, author, url }) => ({
    ...{ kind: "pull" as const, service: null, value: `${repository}#${number}` },
    ...{ title, by: author, url },
  }));
  const at = ctx.now();
  const news = await noteHeld(ctx.db, wish.freezeNumbers, drafts, at);
  const except = drafts.map(({ value }) => value);
  const gone = { kind: "pull" as const, startsWith: `${repository}#`, except };
  const through = await noteLetThrough(ctx.db, wish.freezeNumbers, gone, at);
  if (news + through === 0) return;
  ctx.publish("freezes");
  for (const number of wish.incidentNumbers) ctx.publish("incident", `INC-${number}`);
}
