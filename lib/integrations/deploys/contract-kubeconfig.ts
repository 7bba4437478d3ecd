import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { stringify } from "yaml";
import { credentialsFrom } from "./kubernetes-credentials";
import { KubernetesSettings } from "./kubernetes-settings";

const folders: string[] = [];
// Registered by the test file that imports this; kubeconfigs hold credentials and don't stay behind.
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** Writes text to a new file of its own and gives its path; gone when the test file is done. */
export async function temporaryFile(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "known-good-contract-"));
  folders.push(folder);
  const path = join(folder, name);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}

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
