import { randomUUID } from "node:crypto";
import { recordDeployment } from "@/lib/changes/record-deployment";
import type { LeverKind, LeverTarget } from "@/lib/contracts/lever";
import type { RestoreInput } from "@/lib/contracts/restoration";
import { declareIncident } from "@/lib/incidents/declare-incident";
import { followRestorations } from "@/lib/restorations/follow-restorations";
import { getRestoration } from "@/lib/restorations/get-restoration";
import { previewLever } from "@/lib/restorations/preview-lever";
import { collectCode } from "@/lib/sources/collect-code";
import { collectFlags } from "@/lib/sources/collect-flags";
import { SourceHealth } from "@/lib/sources/source-health";
import type { Ctx } from "./context";
import { FLAG, NAMESPACE, REPOSITORY } from "./test-names";
import type { TestWorld } from "./test-world";

export const LEVERS: LeverKind[] = ["rollback", "retoggle", "revert"];

/** Takes in what every source tells now, as one turn of each collector does. */
export async function learn(ctx: Ctx, world: TestWorld): Promise<void> {
  await learnFlags(ctx);
  await learnCode(ctx);
  await learnDeploys(ctx, world);
}

export async function learnDeploys(ctx: Ctx, world: TestWorld): Promise<void> {
  const deployment = await ctx.sources
    .get("deploys", "cluster")
    .read({ namespace: NAMESPACE, name: "checkout" });
  await recordDeployment(ctx, {
    source: "cluster",
    deployment,
    at: ctx.now(),
    services: [world.service],
    url: null,
  });
}

export async function learnFlags(ctx: Ctx): Promise<void> {
  const adapter = ctx.sources.get("flags", "flags");
  const source = { name: "flags", kind: "flags", product: "unleash", adapter } as const;
  const health = new SourceHealth(ctx, source);
  await collectFlags(ctx, source, health);
  await health.settled();
}

export async function learnCode(ctx: Ctx): Promise<void> {
  const adapter = ctx.sources.get("code", "code");
  const health = new SourceHealth(ctx, { name: "code", kind: "code", product: "github", adapter });
  await collectCode(ctx, { name: "code", adapter }, health);
  await health.settled();
}

export async function deployOf(ctx: Ctx, revision: number): Promise<string> {
  const rows = await ctx.db.change.findMany({
    where: { kind: "deploy" },
    orderBy: { observedAt: "desc" },
  });
  const row = rows.find((one) => one.naturalKey.endsWith(`:${revision}`));
  if (!row) throw new Error(`The ledger has no revision ${revision}.`);
  return row.id;
}

/** Something to pull each lever on. A revert gets a pull request of its own, merged now. */
export async function targetOf(ctx: Ctx, world: TestWorld, lever: LeverKind): Promise<LeverTarget> {
  switch (lever) {
    case "rollback":
      return {
        lever,
        source: "cluster",
        namespace: NAMESPACE,
        deployment: "checkout",
        toChangeId: await deployOf(ctx, 2),
      };
    case "retoggle":
      return {
        lever,
        source: "flags",
        project: "default",
        key: FLAG,
        environment: "production",
        to: { state: "off" },
      };
    case "revert": {
      const name = `mistake-${randomUUID().slice(0, 8)}`;
      const { number } = await world.github.openPullRequest({
        title: `Add ${name}`,
        author: { login: "ann" },
        branch: name,
        files: { [`src/${name}.ts`]: "export {};\n" },
      });
      await world.github.merge(number);
      return { lever, source: "code", repository: REPOSITORY, number };
    }
    default:
      return lever satisfies never;
  }
}

/** An incident, a lever that can be pulled in it, and what the page showed of it. */
export async function arm(
  ctx: Ctx,
  world: TestWorld,
  lever: LeverKind,
): Promise<Omit<RestoreInput, "key">> {
  if (lever === "rollback") await learnDeploys(ctx, world);
  if (lever === "retoggle") await learnFlags(ctx);
  const target = await targetOf(ctx, world, lever);
  const { incident } = await declareIncident(
    ctx,
    { title: "Checkout fails", severity: 2, services: ["checkout"] },
    { origin: "person" },
  );
  const preview = await previewLever(ctx, target);
  if (preview.blockers.length > 0) throw new Error(preview.blockers[0]?.sentence);
  return {
    incidentId: incident.id,
    target,
    seen: preview.seen,
    suspectId: null,
    wasRecommended: null,
  };
}

/** Requests that altered the world, of a lever's kind. */
export function effectsOf(world: TestWorld, lever: LeverKind): number {
  switch (lever) {
    case "rollback":
      return world.patches();
    case "retoggle":
      return world.flagWrites();
    case "revert":
      return world.reverts();
    default:
      return lever satisfies never;
  }
}

/** Follows Restorations as the server does until this one is in one of these states. */
export async function followUntil(ctx: Ctx, id: string, states: string[]) {
  const until = Date.now() + 15_000;
  // Later by as long as an act whose answer was lost may still be under way.
  const later = { ...ctx, now: () => new Date(ctx.now().getTime() + 5_000) };
  for (;;) {
    await followRestorations(later, { isAlone: true });
    const { restoration } = await getRestoration(ctx, id);
    if (states.includes(restoration.state)) return restoration;
    if (Date.now() > until)
      throw new Error(`${id} stays ${restoration.state}: ${restoration.progress}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function newKey(): string {
  return `press-${randomUUID()}`;
}
