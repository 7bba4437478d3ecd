import * as z from "zod";
import type { Warning } from "@/lib/contracts/lever";
import type { DeploymentName } from "@/lib/integrations/deploy-source";
import { counted } from "@/lib/rules/say";
import type { Answer, Transport } from "./kubernetes-transport";

const Autoscaler = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().default(1),
    maxReplicas: z.number(),
  }),
  status: z.object({ currentReplicas: z.number().optional() }).prefault({}),
});
type Autoscaler = z.infer<typeof Autoscaler>;

const Autoscalers = z.object({ items: z.array(z.unknown()).nullable() });

/** Clusters before 1.23 serve only the older one, with the same names for what is read here. */
const VERSIONS = ["v2", "v1"];

/**
 * The HorizontalPodAutoscaler that scales a Deployment; null where there is none, or where we may not
 * ask: a rollback leaves the number of pods alone either way.
 */
export async function readAutoscaler(
  transport: Transport,
  { namespace, name }: DeploymentName,
): Promise<Autoscaler | null> {
  const answer = await listAutoscalers(transport, namespace);
  const list = Autoscalers.safeParse(answer?.body);
  if (answer?.status !== 200 || !list.success) return null;
  for (const item of list.data.items ?? []) {
    const parsed = Autoscaler.safeParse(item);
    if (!parsed.success) continue;
    const { kind, name: scaled } = parsed.data.spec.scaleTargetRef;
    if (kind === "Deployment" && scaled === name) return parsed.data;
  }
  return null;
}

async function listAutoscalers(transport: Transport, namespace: string): Promise<Answer | null> {
  for (const version of VERSIONS) {
    const path = `/apis/autoscaling/${version}/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers`;
    const answer = await transport.send({ method: "GET", path });
    if (answer.status !== 404) return answer;
  }
  return null;
}

/** What an autoscaler means for a rollback. `appliedReplicas`: what the last `kubectl apply` said. */
export function autoscalerFacts(
  autoscaler: Autoscaler | null,
  now: { replicas: number; appliedReplicas: number | null },
): { checks: string[]; warnings: Warning[] } {
  if (!autoscaler) return { checks: [], warnings: [] };
  const { name } = autoscaler.metadata;
  const { minReplicas, maxReplicas } = autoscaler.spec;
  const current = autoscaler.status.currentReplicas || now.replicas;
  const warnings: Warning[] = [];
  if (current >= maxReplicas) {
    warnings.push({
      code: "autoscaler-at-most",
      sentence: `Autoscaler ${name} is at its most (${current} of ${maxReplicas} pods): pods are replaced with no room to add any.`,
      unsafe: false,
    });
  }
  if (now.appliedReplicas !== null && now.appliedReplicas !== now.replicas) {
    warnings.push({
      code: "autoscaler-and-manifest",
      sentence: `Its manifest says ${counted(now.appliedReplicas, "replica")}, though autoscaler ${name} keeps ${now.replicas}: the next kubectl apply resets that, the rollback doesn’t.`,
      unsafe: false,
    });
  }
  const check = `Autoscaler ${name} keeps ${minReplicas} to ${maxReplicas} pods (${current} now); a rollback leaves the number alone.`;
  return { checks: [check], warnings };
}
