import { KubeClient } from "../gitops/kube-client.ts";
import { imageOf, NAMESPACE, serviceNamed } from "./catalogue.ts";
import { recordHelmRelease } from "./seed-owners.ts";

export type RollOut = {
  service: string;
  /** Null when the code stays. */
  sha: string | null;
  cause: string;
  env: Record<string, string>;
};

/**
 * Rolls a version out by patching the Deployment, as the pipeline does; or as `helm upgrade` does, with
 * the release's next revision beside it. Throws the cluster's refusal in its own words.
 */
export async function rollOut(
  kubernetes: { url: string },
  token: string,
  { service: name, sha, cause, env }: RollOut,
  isByHelm: boolean,
): Promise<void> {
  const service = serviceNamed(name);
  const client = new KubeClient(kubernetes.url, token, isByHelm ? "helm" : "shop-delivery");
  const metadata = { namespace: NAMESPACE, name };
  await client.patch({ apiVersion: "apps/v1", kind: "Deployment", metadata }, "strategic-merge", {
    metadata: { annotations: { "kubernetes.io/change-cause": cause } },
    spec: {
      template: {
        ...(sha && { metadata: { annotations: { "org.opencontainers.image.revision": sha } } }),
        spec: {
          containers: [
            {
              name: service.name,
              ...(sha && { image: imageOf(service.name, sha) }),
              env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
            },
          ],
        },
      },
    },
  });
  if (!isByHelm || !sha) return;
  const version = { sha, env: { ...service.env, ...env }, changeCause: cause };
  await recordHelmRelease(client, name, version, new Date());
}
