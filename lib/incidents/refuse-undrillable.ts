import "server-only";
import type { Ctx } from "@/lib/server/context";
import { Refusal } from "@/lib/server/refusal";
import { listServices } from "@/lib/services/list-services";

/**
 * A drill pulls real levers, so whoever runs a service has to have agreed. Refusal `not-drillable`
 * that names the services that haven't and says what to set.
 */
export async function refuseUndrillable(
  ctx: Pick<Ctx, "db" | "fileServices">,
  names: string[],
): Promise<void> {
  const services = await listServices(ctx);
  const drillable = services.filter(({ mayBeDrilled }) => mayBeDrilled).map(({ name }) => name);
  const refused = names.filter((name) => !drillable.includes(name));
  if (refused.length === 0) return;
  const isOne = refused.length === 1;
  throw new Refusal(
    "not-drillable",
    422,
    `${refused.join(", ")} may not be drilled: a drill pulls real levers. Set \`drills: true\` on ${isOne ? "it" : "them"} in known-good.yaml, or the annotation known-good.dev/drills: "true" on ${isOne ? "its Deployment" : "their Deployments"}.`,
    [
      {
        path: "services",
        expected: `services that may be drilled: ${drillable.join(", ") || "none yet"}`,
      },
    ],
  );
}
