import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import type { FreezePreview } from "@/lib/contracts/freeze";
import { endsByItself, type HeldByFreeze, subjectOf, teamsHeld } from "@/lib/rules/freeze-holds";
import { frozenInWords } from "@/lib/rules/freeze-words";
import type { Ctx } from "@/lib/server/context";
import { listServices } from "@/lib/services/list-services";
import { findOwners, targetsKnown } from "./plan-freeze";
import { readCovered } from "./read-covered";

/** Clusters that don't say in time who keeps a Deployment as it is aren't waited for. */
const PATIENCE_MS = 2_000;

/** What freezing these services would hold; none means everything. Refusal `unknown-service`. */
export async function previewFreeze(
  ctx: Ctx,
  input: { services: string[] },
): Promise<FreezePreview> {
  const services = await readCovered(ctx, input.services);
  const finding = findOwners(ctx, services);
  // What comes too late is nobody's error.
  finding.catch(() => undefined);
  const [all, known, owners] = await Promise.all([
    listServices(ctx),
    targetsKnown(ctx, services),
    Promise.race([finding, sleep(PATIENCE_MS).then(() => ({ targets: [] }))]),
  ]);
  const gate: HeldByFreeze = {
    ...{ layer: "gate", source: null, subject: frozenInWords(services), endsByItself: true },
  };
  const holds = [...known, ...owners.targets].map((target): HeldByFreeze => {
    const { layer, source } = target;
    return { layer, source, subject: subjectOf(target, null), endsByItself: endsByItself(layer) };
  });
  return { services, holds: [gate, ...holds], teams: teamsHeld(services, all) };
}
