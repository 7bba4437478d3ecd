import "server-only";
import { noteHeld, noteLetThrough } from "@/lib/freezes/held-store";
import type { HeldPull } from "@/lib/integrations/code-guard";
import type { Ctx } from "@/lib/server/context";
import type { HoldJob } from "./job-store";
import { namePulls } from "./name-pulls";
import type { Wish } from "./read-wish";

/** Keeps which pull requests wait because of a hold on merges, whose they are, and which no longer wait. */
export async function keepPulls(
  ctx: Ctx,
  { target: { source } }: Pick<HoldJob, "target">,
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
  const tell = () => {
    ctx.publish("freezes");
    for (const number of wish.incidentNumbers) ctx.publish("incident", `INC-${number}`);
  };
  const news = await noteHeld(ctx.db, wish.freezeNumbers, drafts, at);
  const except = drafts.map(({ value }) => value);
  const gone = { kind: "pull" as const, startsWith: `${repository}#`, except };
  const through = await noteLetThrough(ctx.db, wish.freezeNumbers, gone, at);
  if (news + through > 0) tell();
  // Afterwards: that they wait is told before it is known whose they are.
  const { freezeNumbers } = wish;
  if (await namePulls(ctx, { source, repository, freezeNumbers, pulls })) tell();
}
