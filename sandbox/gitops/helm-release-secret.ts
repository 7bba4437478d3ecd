import { gunzipSync, gzipSync } from "node:zlib";
import { stringify } from "yaml";
import type { KubeObject, Tree } from "./kube-client.ts";

export type ReleaseRecord = {
  name: string;
  namespace: string;
  version: number;
  status: "deployed" | "failed" | "superseded";
  description: string;
  chartName: string;
  chartVersion: string;
  values: Tree;
  objects: KubeObject[];
  /** RFC 3339. */
  firstDeployed: string;
  lastDeployed: string;
};

export function releaseSecretName(name: string, version: number): string {
  return `sh.helm.release.v1.${name}.v${version}`;
}

/** A release as Helm keeps it: a Secret that holds it as gzipped JSON, in base64 twice. */
export function releaseSecret(record: ReleaseRecord, storageNamespace: string): KubeObject {
  const release = {
    name: record.name,
    namespace: record.namespace,
    version: record.version,
    info: {
      first_deployed: record.firstDeployed,
      last_deployed: record.lastDeployed,
      deleted: "",
      description: record.description,
      status: record.status,
    },
    chart: { metadata: { name: record.chartName, version: record.chartVersion, apiVersion: "v2" } },
    config: record.values,
    manifest: record.objects.map((one) => `---\n${stringify(one)}`).join(""),
  };
  const packed = gzipSync(JSON.stringify(release)).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "helm.sh/release.v1",
    metadata: {
      name: releaseSecretName(record.name, record.version),
      namespace: storageNamespace,
      labels: {
        name: record.name,
        owner: "helm",
        status: record.status,
        version: String(record.version),
        modifiedAt: String(Math.floor(Date.parse(record.lastDeployed) / 1000)),
      },
    },
    data: { release: Buffer.from(packed).toString("base64") },
  };
}

/** The release in a Secret's data, as JSON. */
export function readRelease(data: string): Tree {
  const packed = Buffer.from(Buffer.from(data, "base64").toString(), "base64");
  return JSON.parse(gunzipSync(packed).toString()) as Tree;
}
