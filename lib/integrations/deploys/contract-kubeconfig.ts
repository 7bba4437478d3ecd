import { stringify } from "yaml";
import { temporaryFiles } from "./contract-files";
import { credentialsFrom } from "./kubernetes-credentials";
import { KubernetesSettings } from "./kubernetes-settings";

// Contract suites have their process to themselves, so what they import is theirs alone.
const temporaryFile = temporaryFiles();

/** Address of a kubeconfig's server, and its authority as a file. */
export async function serverOf(
  kubeconfig: string,
): Promise<{ server: string; caFile: string | undefined }> {
  const { server, tls } = await credentialsFrom(KubernetesSettings.parse({ kubeconfig }))();
  const caFile = tls.ca ? await temporaryFile("ca.crt", String(tls.ca)) : undefined;
  return { server, caFile };
}

/** A kubeconfig for the same server and identity, reached through 127.0.0.1:`port`. */
export async function kubeconfigThrough(kubeconfig: string, port: number): Promise<string> {
  const { server, tls, headers } = await credentialsFrom(
    KubernetesSettings.parse({ kubeconfig }),
  )();
  const data = (value: unknown) =>
    value ? Buffer.from(value as Uint8Array).toString("base64") : undefined;
  const token = String(headers.Authorization ?? "").replace(/^Bearer /, "") || undefined;
  const { hostname } = new URL(server);
  const name = "through";
  const cluster = {
    server: `https://127.0.0.1:${port}`,
    "certificate-authority-data": data(tls.ca),
    // Certificates may name an address, but a server name in the handshake may not be one.
    ...(!/^[\d.]+$/.test(hostname) && { "tls-server-name": hostname }),
  };
  const user = {
    token,
    "client-certificate-data": data(tls.cert),
    "client-key-data": data(tls.key),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  return temporaryFile("kubeconfig", stringify(JSON.parse(JSON.stringify(config))));
}
