import type { PodTemplate } from "../kubernetes/start-kubernetes.ts";
import { imageOf, serviceNamed } from "./catalogue.ts";

/** The Pod template that the shop's delivery writes for a version. */
export function podTemplate(
  service: string,
  sha: string,
  env: Record<string, string>,
): PodTemplate {
  const { settings, keys } = serviceNamed(service);
  const envFrom = [
    ...(settings ? [{ configMapRef: { name: `${service}-settings` } }] : []),
    ...(keys ? [{ secretRef: { name: `${service}-keys` } }] : []),
  ];
  return {
    metadata: {
      labels: { "app.kubernetes.io/name": service },
      annotations: { "org.opencontainers.image.revision": sha },
    },
    spec: {
      containers: [
        {
          name: service,
          image: imageOf(service, sha),
          env: Object.entries(env).map(([name, value]) => ({ name, value })),
          ...(envFrom.length > 0 ? { envFrom } : {}),
          ports: [{ containerPort: 8080, protocol: "TCP" }],
          resources: {
            requests: { cpu: "100m", memory: "128Mi" },
            limits: { memory: "256Mi" },
          },
          readinessProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 5 },
        },
      ],
    },
  };
}

/** The commit a template was built from, as its annotation says. */
export function shaOf(template: PodTemplate): string | null {
  return template.metadata?.annotations?.["org.opencontainers.image.revision"] ?? null;
}

/** Settings of the only container. */
export function envOf(template: PodTemplate): Record<string, string> {
  const [container] = template.spec.containers;
  return Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value ?? ""]));
}
