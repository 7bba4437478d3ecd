import { expect } from "vitest";
import type { LeverPreview } from "@/lib/contracts/lever";
import { previewLever } from "@/lib/restorations/preview-lever";
import type { Ctx } from "./context";
import { NAMESPACE, TOKENS } from "./test-names";
import { deployOf } from "./test-press";
import type { TestWorld } from "./test-world";

/** Asks the cluster as an administrator; a patch is a strategic merge. */
export async function send(
  world: TestWorld,
  method: string,
  path: string,
  body?: object,
): Promise<void> {
  const response = await fetch(world.addresses.kubernetes + path, {
    method,
    headers: {
      authorization: `Bearer ${TOKENS.clusterAdmin}`,
      "content-type":
        method === "PATCH" ? "application/strategic-merge-patch+json" : "application/json",
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

/** Releases the next version of checkout: other variables, and when given an image and its commit. */
export function release(world: TestWorld, env: object[], sha?: string): Promise<void> {
  const image = sha ? { image: `registry.example/checkout:${sha.slice(0, 12)}` } : {};
  const annotations = sha ? { "org.opencontainers.image.revision": sha } : {};
  return send(world, "PATCH", `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/checkout`, {
    spec: {
      template: {
        metadata: { annotations },
        spec: { containers: [{ name: "app", env, ...image }] },
      },
    },
  });
}

export const eventually = <T>(look: () => Promise<T>) => expect.poll(look, { timeout: 10_000 });

export const countDeploys = (ctx: Ctx) => ctx.db.change.count({ where: { kind: "deploy" } });

/** What a rollback of checkout to a revision would meet. */
export async function rollbackTo(ctx: Ctx, revision: number): Promise<LeverPreview> {
  return previewLever(ctx, {
    lever: "rollback",
    source: "cluster",
    namespace: NAMESPACE,
    deployment: "checkout",
    toChangeId: await deployOf(ctx, revision),
  });
}

export const codesOf = ({ warnings }: LeverPreview) => warnings.map((one) => one.code);
