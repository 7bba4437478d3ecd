import type { DeployGuard } from "@/lib/integrations/deploy-guard";
import type { DeploymentName } from "@/lib/integrations/deploy-source";
import { whoWeAre } from "./kubernetes-access";
import { holdDeliveries, readDeliveryHold, releaseDeliveries } from "./kubernetes-delivery-hold";
import { unreadable } from "./kubernetes-errors";
import { Deployment } from "./kubernetes-objects";
import { pauseOwner, readOwner, resumeOwner } from "./kubernetes-owner-pause";
import { ownersOf } from "./kubernetes-owners";
import { readPodEvidence } from "./kubernetes-pod-evidence";
import { previewDeliveryHold } from "./kubernetes-preview-hold";
import type { KubernetesSettings } from "./kubernetes-settings";
import type { Transport } from "./kubernetes-transport";

/**
 * What a cluster can do beside deploying: its GitOps controllers are paused, its admission holds
 * deliveries back, and its Pods are asked before they go. `getDeployment` throws SourceError `not-found`.
 */
export function kubernetesGuard(
  transport: Transport,
  settings: KubernetesSettings,
  now: () => Date,
  getDeployment: (name: DeploymentName) => Promise<unknown>,
): DeployGuard {
  const { namespaces, argoCdNamespace } = settings;
  const holding = { transport, now, whoWeAre: whoWeAre(transport), namespaces };
  return {
    async owners(name) {
      const deployment = Deployment.safeParse(await getDeployment(name));
      if (!deployment.success) throw unreadable(`Deployment ${name.name}`, deployment.error);
      const { metadata } = deployment.data;
      const marked = { ...metadata, annotations: metadata.annotations ?? {} };
      return ownersOf(transport, marked, argoCdNamespace);
    },
    pauseOwner: (request) => pauseOwner(transport, now, request),
    resumeOwner: (request) => resumeOwner(transport, now, request),
    readOwner: (request) => readOwner(transport, request),
    holdDeliveries: (hold) => holdDeliveries(holding, hold),
    releaseDeliveries: (where) => releaseDeliveries(holding, where),
    readDeliveryHold: (where) => readDeliveryHold(holding, where),
    previewDeliveryHold: (query) => previewDeliveryHold(holding, query),
    readPodEvidence: (query) => readPodEvidence(transport, query),
  };
}
