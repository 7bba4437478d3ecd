import type { LeverPreview, RollbackTarget } from "@/lib/contracts/lever";
import type { RestoreInput } from "@/lib/contracts/restoration";
import { declareIncident } from "@/lib/incidents/declare-incident";
import type { Ctx } from "./context";
import { NAMESPACE } from "./test-names";
import { deployOf, learn, learnCode } from "./test-press";
import { release } from "./test-release";
import type { TestWorld } from "./test-world";

export const REQUIRED = "alter table orders add column currency char(3) not null;\n";
export const NOTE = "alter table orders add column note text;\n";
export const REASON = "A trigger fills the column; tried on staging";

let count = 0;

/** A path of a migration that no test of this file had before. */
export function freshPath(name: string): string {
  count += 1;
  return `migrations/${String(count).padStart(4, "0")}_${name}.sql`;
}

/** A file that changes nothing but the code. */
export function plainFile(): Record<string, string> {
  count += 1;
  return { [`src/plain-${count}.ts`]: `export const plain = ${count};\n` };
}

export async function rollbackTo(ctx: Ctx, revision: number): Promise<RollbackTarget> {
  return {
    ...{ lever: "rollback", source: "cluster", namespace: NAMESPACE, deployment: "checkout" },
    toChangeId: await deployOf(ctx, revision),
  };
}

/** Release 5 with these files live, the ledger knows it, and 4 in front of it with `before`. */
export async function released(
  ctx: Ctx,
  world: TestWorld,
  files: Record<string, string | null>,
  before: Record<string, string> = plainFile(),
) {
  await release(world, before);
  const merged = await release(world, files);
  await learn(ctx, world);
  // What a deploy carries is told once the repository was read after it.
  await learnCode(ctx);
  return { ctx, target: await rollbackTo(ctx, 4), ...merged };
}

/** An incident, and the press on what a preview shows. */
export async function inputFor(
  ctx: Ctx,
  preview: LeverPreview,
): Promise<Omit<RestoreInput, "key">> {
  const { incident } = await declareIncident(
    ctx,
    { title: "Checkout fails", severity: 2, services: ["checkout"] },
    { origin: "person" },
  );
  if (!preview.target) throw new Error("nothing to pull");
  return {
    ...{ incidentId: incident.id, target: preview.target, seen: preview.seen },
    ...{ suspectId: null, wasRecommended: null },
  };
}

/** The code of the refusal that `work` ends in; "done" when it ends in none. */
export async function refusedCode(work: Promise<unknown>): Promise<string> {
  const thrown: unknown = await work.then(
    () => ({ code: "done" }),
    (error: unknown) => error,
  );
  return (thrown as { code: string }).code;
}
