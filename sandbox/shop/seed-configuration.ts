import type { KubernetesSandbox } from "../kubernetes/start-kubernetes.ts";
import { NAMESPACE, type ShopService } from "./catalogue.ts";

/** What stands around a service in the cluster: its ConfigMap and Secret, and its autoscaler. */
export function seedConfiguration(
  kubernetes: KubernetesSandbox,
  service: ShopService,
  at: Date,
): void {
  const { name, settings, keys, scales, replicas } = service;
  const place = { namespace: NAMESPACE, at };
  if (settings) kubernetes.seedConfigMap({ ...place, name: `${name}-settings`, data: settings });
  if (keys) kubernetes.seedSecret({ ...place, name: `${name}-keys`, data: keys });
  if (!scales) return;
  kubernetes.seedAutoscaler({
    ...{ namespace: NAMESPACE, name, currentReplicas: replicas },
    ...{ minReplicas: scales.min, maxReplicas: scales.max },
  });
}
