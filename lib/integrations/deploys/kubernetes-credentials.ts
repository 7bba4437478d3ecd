import { accessSync } from "node:fs";
import type { Agent, OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { SourceError } from "@/lib/integrations/source-error";
import type { KubernetesSettings } from "./kubernetes-settings";

const SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

export type Credentials = {
  server: string;
  headers: OutgoingHttpHeaders;
  /** TLS options: authority, client certificate, server name. */
  tls: Pick<RequestOptions, "ca" | "cert" | "key" | "pfx" | "servername" | "rejectUnauthorized">;
  /** Set when a proxy stands between: it makes its own connections. */
  proxyAgent: Agent | null;
};

/**
 * Who we are for the API server, asked before every request because tokens rotate: files are read
 * again and credential plugins run again when their tokens expire.
 * Throws SourceError `invalid` when the settings or the kubeconfig can't be used.
 */
export function credentialsFrom(settings: KubernetesSettings): () => Promise<Credentials> {
  let loading: Promise<KubeConfig> | null = null;
  return async () => {
    // Loaded late: the client library brings its whole generated API along.
    loading ??= loadKubeConfig(settings);
    const config = await loading.catch((cause: unknown) => {
      loading = null;
      throw unusable(cause);
    });
    const cluster = config.getCurrentCluster();
    if (!cluster?.server) throw unusable(new Error("no cluster is chosen by the current context"));
    const options: RequestOptions = {};
    try {
      await config.applyToHTTPSOptions(options);
    } catch (cause) {
      throw new SourceError(
        "unauthorized",
        `The credentials for Kubernetes can't be read: ${messageOf(cause)}. Check the kubeconfig.`,
        { cause },
      );
    }
    const { ca, cert, key, pfx, servername, rejectUnauthorized, agent, auth } = options;
    const headers: OutgoingHttpHeaders = { ...(options.headers as OutgoingHttpHeaders) };
    if (auth) headers.Authorization = `Basic ${Buffer.from(auth).toString("base64")}`;
    return {
      server: cluster.server.replace(/\/+$/, ""),
      headers,
      tls: { ca, cert, key, pfx, servername, rejectUnauthorized },
      proxyAgent: cluster.proxyUrl && typeof agent === "object" ? agent : null,
    };
  };
}

async function loadKubeConfig(settings: KubernetesSettings): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  if (settings.server) {
    const { server, caFile, token } = settings;
    config.loadFromClusterAndUser(
      { name: "cluster", server, caFile, skipTLSVerify: false },
      { name: "known-good", token },
    );
  } else if (settings.kubeconfig) config.loadFromFile(settings.kubeconfig);
  else if (isInCluster()) config.loadFromCluster();
  else config.loadFromDefault();
  if (settings.context) {
    if (!config.getContextObject(settings.context)) {
      throw new Error(`the kubeconfig has no context "${settings.context}"`);
    }
    config.setCurrentContext(settings.context);
  }
  // The library refuses plain HTTP unless it is told not to look for a certificate; there is none.
  config.clusters = config.clusters.map((one) =>
    one.server.startsWith("http:") ? { ...one, skipTLSVerify: true } : one,
  );
  if (!config.getCurrentUser()) {
    // Without a user the library leaves out the cluster's certificate authority too.
    const cluster = config.getCurrentCluster();
    if (cluster) config.loadFromClusterAndUser(cluster, { name: "anonymous" });
  }
  return config;
}

function isInCluster(): boolean {
  if (!process.env.KUBERNETES_SERVICE_HOST) return false;
  try {
    accessSync(SERVICE_ACCOUNT_TOKEN);
    return true;
  } catch {
    return false;
  }
}

function unusable(cause: unknown): SourceError {
  if (cause instanceof SourceError) return cause;
  const sentence = `The Kubernetes settings can't be used: ${messageOf(cause)}. Check known-good.yaml and the kubeconfig.`;
  return new SourceError("invalid", sentence, { cause });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
