import {
  type Application,
  healthOf,
  type ResourceState,
  TRACKING_ID,
  trackingId,
} from "./argo-application.ts";
import type { GitSource } from "./git-source.ts";
import {
  type KubeClient,
  type KubeObject,
  type Ref,
  resourceOf,
  type Tree,
} from "./kube-client.ts";
import { marked, readManifests } from "./manifests.ts";
import { threeWayPatch } from "./three-way-patch.ts";

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

export type Compared = {
  wanted: KubeObject;
  live: KubeObject | null;
  /** What has to change in the live object; null when nothing has to. */
  patch: Tree | null;
};

export type Comparison = {
  revision: string;
  objects: Compared[];
  /** Kept until now, and not in git any more. */
  surplus: KubeObject[];
};

/** What an application declares in git, beside what there is. */
export async function compare(
  app: Application,
  git: GitSource,
  client: KubeClient,
): Promise<Comparison> {
  const { source, destination } = app.spec;
  const branch = source.targetRevision ?? "HEAD";
  const revision = /^[0-9a-f]{40}$/.test(branch) ? branch : await git.head(branch);
  if (!revision) throw new Error(`unable to resolve '${branch}' to a commit SHA`);
  const files = await git.files(revision, source.path);
  const declared = readManifests(files, destination.namespace ?? "default");
  const objects = await Promise.all(
    declared.map(async (manifest): Promise<Compared> => {
      const id = trackingId(app.metadata.name, manifest);
      const wanted = marked(manifest, { annotations: { [TRACKING_ID]: id } });
      const live = await client.get(wanted);
      if (!live) return { wanted, live, patch: wanted };
      const patch = threeWayPatch(lastApplied(live), wanted, live);
      return { wanted, live, patch: Object.keys(patch).length > 0 ? patch : null };
    }),
  );
  const names = new Set(declared.map(nameOf));
  const before = (app.status?.resources ?? []).map(refOf).filter((ref) => !names.has(nameOf(ref)));
  const found = await Promise.all(before.map((ref) => client.get(ref)));
  const surplus = found.filter((one): one is KubeObject => one !== null);
  return { revision, objects, surplus };
}

function nameOf({ apiVersion, kind, metadata }: Ref): string {
  return `${apiVersion}/${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
}

function refOf({ group, version, kind, namespace, name }: ResourceState): Ref {
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } };
}

function lastApplied(live: KubeObject): Tree | null {
  const text = live.metadata.annotations?.[LAST_APPLIED];
  if (text === undefined) return null;
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return null;
  }
}

/** Writes what a manifest declares, with the note from which the next difference is computed. */
export async function applyManifest(client: KubeClient, { wanted, live }: Compared): Promise<void> {
  const noted = marked(wanted, {
    annotations: { [LAST_APPLIED]: `${JSON.stringify(wanted)}\n` },
  });
  if (!live) return client.create(noted);
  const patch = threeWayPatch(lastApplied(live), noted, live);
  if (Object.keys(patch).length === 0) return;
  await client.patch(wanted, resourceOf(wanted).custom ? "merge" : "strategic-merge", patch);
}

/** What names an object in an application's status. */
export function stateOf(
  object: KubeObject,
): Pick<ResourceState, "group" | "version" | "kind" | "namespace" | "name"> {
  const { group, version } = resourceOf(object);
  const { namespace, name } = object.metadata;
  return { group, version, kind: object.kind, ...(namespace && { namespace }), name };
}

/** Every object of a comparison as the application's status tells it. */
export function resourceStates({ objects, surplus }: Comparison): ResourceState[] {
  return [
    ...objects.map(({ wanted, live, patch }): ResourceState => {
      const health = healthOf(live);
      return {
        ...stateOf(wanted),
        status: patch ? "OutOfSync" : "Synced",
        ...(health && { health: { status: health } }),
      };
    }),
    ...surplus.map(
      (object): ResourceState => ({
        ...stateOf(object),
        status: "OutOfSync",
        requiresPruning: true,
      }),
    ),
  ];
}
