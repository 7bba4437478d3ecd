import { apiVersionOf, GROUPS, RESOURCES, type Resource, versionOf } from "./resources.ts";

const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

export const VERSION = {
  major: "1",
  minor: "36",
  emulationMajor: "1",
  emulationMinor: "36",
  minCompatibilityMajor: "1",
  minCompatibilityMinor: "35",
  gitVersion: "v1.36.2",
  gitCommit: "0000000000000000000000000000000000000000",
  gitTreeState: "clean",
  buildDate: "2026-08-21T00:00:00Z",
  goVersion: "go1.26.10",
  compiler: "gc",
  platform: "linux/amd64",
};

const scopeOf = (resource: Resource) => (resource.namespaced ? "Namespaced" : "Cluster");

function categoriesOf({ inAll, inExtensions }: Resource) {
  if (inAll) return { categories: ["all"] };
  return inExtensions ? { categories: ["api-extensions"] } : {};
}

function discovered(resource: Resource) {
  const kindOf = (kind: string, group = "", version = "") => ({ group, version, kind });
  return {
    resource: resource.plural,
    responseKind: kindOf(resource.kind),
    scope: scopeOf(resource),
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 && { shortNames: resource.shortNames }),
    ...categoriesOf(resource),
    ...(resource.subresources.length > 0 && {
      subresources: resource.subresources.map((one) => ({
        subresource: one.name,
        responseKind: kindOf(one.kind, one.group, one.version),
        verbs: one.verbs,
      })),
    }),
  };
}

function aggregated(groups: readonly string[]) {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map((group) => ({
      metadata: group === "" ? {} : { name: group },
      versions: [
        {
          version: versionOf(group),
          resources: RESOURCES.filter((one) => one.group === group).map(discovered),
          freshness: "Current",
        },
      ],
    })),
  };
}

function apiResourceList(group: string) {
  const resources = RESOURCES.filter((one) => one.group === group).flatMap((one) => [
    {
      name: one.plural,
      singularName: one.singular,
      namespaced: one.namespaced,
      kind: one.kind,
      verbs: one.verbs,
      ...(one.shortNames.length > 0 && { shortNames: one.shortNames }),
      ...categoriesOf(one),
    },
    ...one.subresources.map((sub) => ({
      name: `${one.plural}/${sub.name}`,
      singularName: "",
      namespaced: one.namespaced,
      group: sub.group,
      version: sub.version,
      kind: sub.kind,
      verbs: sub.verbs,
    })),
  ]);
  const groupVersion = apiVersionOf({ group, version: versionOf(group) });
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

function apiGroup(name: string) {
  const version = { groupVersion: `${name}/${versionOf(name)}`, version: versionOf(name) };
  return { name, versions: [version], preferredVersion: version };
}

export type DiscoveryAnswer = { body: unknown; contentType: string };

/** Answers a discovery path, aggregated when the client accepts that; nothing for other paths. */
export function answerDiscovery(
  path: string,
  accept: string | undefined,
): DiscoveryAnswer | undefined {
  const plain = (body: unknown) => ({ body, contentType: "application/json" });
  const wantsAggregated = accept?.includes("as=APIGroupDiscoveryList") && accept.includes("v=v2;");
  if (path === "/version") return plain(VERSION);
  if (path === "/api") {
    if (wantsAggregated) return { body: aggregated([""]), contentType: AGGREGATED };
    return plain({ kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] });
  }
  if (path === "/apis") {
    if (wantsAggregated) return { body: aggregated(GROUPS), contentType: AGGREGATED };
    return plain({ kind: "APIGroupList", apiVersion: "v1", groups: GROUPS.map(apiGroup) });
  }
  if (path === "/api/v1") return plain(apiResourceList(""));
  const [, group = "", version] = /^\/apis\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (!GROUPS.some((one) => one === group)) return undefined;
  if (version === undefined)
    return plain({ kind: "APIGroup", apiVersion: "v1", ...apiGroup(group) });
  return version === versionOf(group) ? plain(apiResourceList(group)) : undefined;
}
