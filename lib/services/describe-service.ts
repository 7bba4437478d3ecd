import "server-only";
import { listChanges } from "@/lib/changes/list-changes";
import type { Change } from "@/lib/contracts/change";
import type { Service } from "@/lib/contracts/service";
import type { Ctx } from "@/lib/server/context";
import { getService } from "./get-service";

/** A service and what changed on it lately, newest first. Refusal `unknown-service`. */
export async function describeService(
  ctx: Pick<Ctx, "db" | "fileServices">,
  name: string,
): Promise<{ service: Service; lastChanges: Change[] }> {
  const service = await getService(ctx, name);
  const { items } = await listChanges(ctx, { service: name, limit: 50 });
  return { service, lastChanges: items };
}
