import { adapter } from "@/lib/integrations/adapter";
import type { DeploymentName, DeploySource } from "@/lib/integrations/deploy-source";
import { SourceError } from "@/lib/integrations/source-error";
import { readConfig } from "./kubernetes-config";
import { credentialsFrom } from "./kubernetes-credentials";
import { unreadable } from "./kubernetes-errors";
import { followDeployments } from "./kubernetes-follow";
import { kubernetesGuard } from "./kubernetes-guard";
import { Deployment, ListPage, ReplicaSet, selectorQuery, Version } from "./kubernetes-objects";
import { observe } from "./kubernetes-observe";
import { deploymentPath } from "./kubernetes-patch";
import { previewRollback } from "./kubernetes-preview";
import { type FreshRead, rollBack } from "./kubernetes-rollback";
import { KubernetesSettings } from "./kubernetes-settings";
import { transportWith } from "./kubernetes-transport";

/**
 * Kubernetes Deployments (apps/v1). Needs get, list and watch on deployments and replicasets, and patch
 * on deployments. With the same on configmaps, and where it is set on secrets, it tells what changed of
 * the configuration around them. Its guard pauses Argo CD and Flux, holds deliveries back by an admission
 * policy and reads what Pods say; each part says what it lacks.
 */
export const kubernetes = adapter({
  kind: "deploys",
  product: "kubernetes",
  title: "Kubernetes",
  settings: KubernetesSettings,
  connect(settings, context): DeploySource {
    const transport = transportWith(credentialsFrom(settings), settings.timeoutSeconds * 1000);

    const readFresh: FreshRead = async (name) => {
      const deployment = Deployment.safeParse(await getDeployment(name));
      if (!deployment.success) throw unreadable(`Deployment ${name.name}`, deployment.error);
      const { metadata, spec } = deployment.data;
      const selector = encodeURIComponent(selectorQuery(spec.selector));
      const path = `${deploymentPath(name).replace(/\/deployments\/.*$/, "/replicasets")}?labelSelector=${selector}`;
      const list = ListPage.safeParse(await transport.get(path));
      if (!list.success) throw unreadable(`the ReplicaSets of ${name.name}`, list.error);
      const replicaSets = (list.data.items ?? []).flatMap((raw) => {
        const parsed = ReplicaSet.safeParse(raw);
        return parsed.success ? [parsed.data] : [];
      });
      return {
        live: observe(deployment.data, replicaSets),
        resourceVersion: metadata.resourceVersion,
        isBare: metadata.annotations === undefined,
      };
    };

    async function getDeployment(name: DeploymentName): Promise<unknown> {
      try {
        return await transport.get(deploymentPath(name));
      } catch (error) {
        if (!(error instanceof SourceError) || error.code !== "not-found") throw error;
        const sentence = `There is no Deployment ${name.name} in ${name.namespace}.`;
        throw new SourceError("not-found", sentence, { cause: error.cause });
      }
    }

    return {
      kind: "deploys",
      product: "kubernetes",
      async check() {
        const scopes =
          settings.namespaces.length > 0
            ? settings.namespaces.map(
                (one) => `/apis/apps/v1/namespaces/${one}/deployments?limit=1`,
              )
            : ["/apis/apps/v1/deployments?limit=1"];
        const [answer] = await Promise.all([
          transport.get("/version"),
          ...scopes.map((one) => transport.get(one)),
        ]);
        const version = Version.safeParse(answer);
        if (!version.success) throw unreadable("its version", version.error);
        return { version: version.data.gitVersion };
      },
      follow(follower, signal) {
        const { namespaces, silentAfterSeconds, secrets } = settings;
        const options = { namespaces, secrets, silentAfterMs: silentAfterSeconds * 1000 };
        return followDeployments(transport, context, options, follower, signal);
      },
      async read(name) {
        return (await readFresh(name)).live;
      },
      readConfig(names, fingerprint) {
        return readConfig(transport, settings, names, fingerprint);
      },
      previewRollback(name, template) {
        return previewRollback(transport, readFresh, name, template);
      },
      rollBack(request) {
        return rollBack(transport, readFresh, context.now, request);
      },
      guard: kubernetesGuard(transport, settings, context.now, getDeployment),
      urlOf({ namespace, name }) {
        if (!settings.consoleUrl) return null;
        return settings.consoleUrl
          .replaceAll("{namespace}", encodeURIComponent(namespace))
          .replaceAll("{name}", encodeURIComponent(name));
      },
    };
  },
});
