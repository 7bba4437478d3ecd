import { followHolds, type RunningHolds } from "@/lib/holds/follow-holds";
import { installFreezePolicy } from "../../sandbox/kubernetes/install-freeze-policy.ts";
import type { Ctx } from "./context";
import { NAMESPACE } from "./test-names";
import { send } from "./test-rollout";
import type { TestWorld } from "./test-world";

const APPLICATIONS = "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications";
const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/checkout`;
export const CONTEXT = "known-good/freeze";
const ADMIN = { user: "system:admin", groups: ["system:masters"], rules: "admin" } as const;

/** Has the cluster refuse what a freeze refuses, as an administrator sets it up once. */
export function installPolicy(world: TestWorld): Promise<void> {
  return installFreezePolicy(world.kubernetes.clientAs(ADMIN, "kubectl"));
}

/** Has the repository require the status that a freeze posts. */
export function requireStatus(world: TestWorld): void {
  world.github.setProtection({ contexts: [CONTEXT] });
}

/** Argo CD keeps checkout as its repository says; nobody here really syncs. */
export async function ownByArgo(world: TestWorld): Promise<void> {
  const client = world.kubernetes.clientAs(ADMIN, "kubectl");
  // There already from the second time on.
  await client.send("POST", "/api/v1/namespaces", { body: { metadata: { name: "argocd" } } });
  await send(world, "POST", APPLICATIONS, {
    ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Application" },
    metadata: { name: "checkout", namespace: "argocd" },
    spec: { project: "default", syncPolicy: { automated: { prune: true, selfHeal: true } } },
  });
  const mark = `checkout:apps/Deployment:${NAMESPACE}/checkout`;
  await send(world, "PATCH", DEPLOYMENT, {
    metadata: { annotations: { "argocd.argoproj.io/tracking-id": mark } },
  });
}

export async function disown(world: TestWorld): Promise<void> {
  await ask(world, "DELETE", `${APPLICATIONS}/checkout`);
}

/** Asks the cluster as an administrator. */
export async function ask(
  world: TestWorld,
  method: "GET" | "PATCH" | "DELETE",
  path: string,
  body?: object,
): Promise<{ status: number; body: unknown }> {
  const client = world.kubernetes.clientAs(ADMIN, "kubectl");
  const answer = await client.send(
    method,
    path,
    body ? { body, contentType: "application/merge-patch+json" } : {},
  );
  return { status: answer.status, body: answer.body };
}

/** The switch of the application of checkout, and our marks on it. */
export async function argoOf(world: TestWorld) {
  const { body } = await ask(world, "GET", `${APPLICATIONS}/checkout`);
  const { spec, metadata } = body as {
    spec: { syncPolicy: { automated?: Record<string, unknown> } };
    metadata: { annotations?: Record<string, string> };
  };
  const marks = Object.keys(metadata.annotations ?? {}).filter((key) => key.includes("known-good"));
  return { automated: spec.syncPolicy.automated, marks };
}

/** Somebody turns automated sync on again. */
export function turnArgoOn(world: TestWorld) {
  const automated = { prune: true, selfHeal: true, enabled: true };
  return ask(world, "PATCH", `${APPLICATIONS}/checkout?fieldManager=bob-ui`, {
    spec: { syncPolicy: { automated } },
  });
}

/** Delivers an image of checkout as somebody else than we; answers why that was refused, or null. */
export async function deliver(world: TestWorld, image: string): Promise<string | null> {
  const path = `${DEPLOYMENT}?fieldManager=deliveries`;
  const { status, body } = await ask(world, "PATCH", path, {
    spec: { template: { spec: { containers: [{ name: "app", image }] } } },
  });
  return status < 300 ? null : (body as { message: string }).message;
}

/** Whether the newest status of the freeze on a commit is green, red, or not there. */
export function statusOf(world: TestWorld, sha: string): string | null {
  return world.github.statuses(sha).find(({ context }) => context === CONTEXT)?.state ?? null;
}

/** One turn of the follower of holds, waited for. */
export async function followOnce(ctx: Ctx): Promise<void> {
  const running: RunningHolds = new Map();
  await followHolds(ctx, running);
  await Promise.all([...running.values()].map(({ done }) => done));
}

/** Has every open hold looked at now, once. */
export async function lookNow(ctx: Ctx): Promise<void> {
  await ctx.db.hold.updateMany({
    where: { openKey: { not: null } },
    data: { dueAt: new Date(0) },
  });
  await followOnce(ctx);
}

/** Follows holds as the server does, until `signal` aborts. */
export async function keepFollowing(ctx: Ctx, signal: AbortSignal): Promise<void> {
  const running: RunningHolds = new Map();
  while (!signal.aborted) {
    await followHolds(ctx, running);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await Promise.all([...running.values()].map(({ done }) => done));
}
