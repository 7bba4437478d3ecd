import * as z from "zod";

/** What `known-good.yaml` says about a Kubernetes source. */
export const KubernetesSettings = z.object({
  kubeconfig: z
    .string()
    .optional()
    .describe(
      "Path of a kubeconfig file. Unless told: the Pod's service account inside a cluster, else KUBECONFIG, else ~/.kube/config.",
    ),
  context: z
    .string()
    .optional()
    .describe("Context of the kubeconfig. Unless told: its current context."),
  server: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Address of the API server, instead of a kubeconfig."),
  token: z
    .string()
    .min(1)
    .optional()
    .meta({ secret: true })
    .describe("Bearer token of a service account, together with `server`."),
  caFile: z
    .string()
    .optional()
    .describe("Path of the PEM file that vouches for `server`. Unless told: the system's."),
  namespaces: z
    .array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/))
    .default([])
    .describe("Namespaces to follow. Empty: all, which needs a ClusterRole."),
  secrets: z
    .enum(["follow", "ignore"])
    .default("ignore")
    .describe(
      "Whether Secrets that followed Deployments refer to are read, to tell which of their keys changed. Values are never kept, only a keyed hash of each. Needs get, list and watch on secrets.",
    ),
  consoleUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Page about a Deployment in your console; {namespace} and {name} are filled in."),
  argoCdNamespace: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)
    .default("argocd")
    .describe(
      "Namespace of Argo CD's Applications, where a Deployment's marks name none. Asked only about Deployments that carry Argo CD's marks.",
    ),
  timeoutSeconds: z
    .number()
    .positive()
    .max(60)
    .default(10)
    .describe("How long one request may take before it counts as failed, in seconds."),
  silentAfterSeconds: z
    .number()
    .positive()
    .max(600)
    .default(90)
    .describe(
      "How long a watch may bring nothing before it is opened anew, in seconds. The server sends a sign of life about once a minute.",
    ),
});
export type KubernetesSettings = z.infer<typeof KubernetesSettings>;
