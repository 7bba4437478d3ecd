import { kubeTime } from "../kubernetes/kube-object.ts";
import { sameValue } from "../kubernetes/same-value.ts";
import { type Application, ARGO } from "./argo-application.ts";
import type { KubeClient, KubeObject, Tree } from "./kube-client.ts";
import { Loop } from "./loop.ts";

type Difference = { name?: string; jsonPointers?: string[]; jqPathExpressions?: string[] };

export type ApplicationSet = KubeObject & {
  spec: {
    goTemplate?: boolean;
    /** Lists are the one generator there is here. */
    generators: { list?: { elements: Record<string, string>[] } }[];
    template: { metadata: Partial<KubeObject["metadata"]>; spec: Application["spec"] };
    syncPolicy?: { applicationsSync?: "create-only" | "create-update" | "create-delete" | "sync" };
    ignoreApplicationDifferences?: Difference[];
  };
  status?: { conditions?: { type: string; status: string; reason: string; message: string }[] };
};

const KIND = "ApplicationSet";

/**
 * Argo CD's ApplicationSet controller: makes an Application of each element, and gives its spec back
 * what the template says as soon as it differs, except where the set ignores differences.
 */
export class ApplicationSetController {
  readonly #client: KubeClient;
  readonly #now: () => number;
  readonly #report: (sentence: string) => void;
  readonly #loop = new Loop((key) => this.#reconcile(key));

  constructor(options: {
    client: KubeClient;
    now: () => number;
    report: (sentence: string) => void;
  }) {
    this.#client = options.client;
    this.#now = options.now;
    this.#report = options.report;
    this.#client.watch(ARGO, KIND, ({ metadata }) =>
      this.#loop.wake(`${metadata.namespace}/${metadata.name}`),
    );
    this.#client.watch(ARGO, "Application", ({ metadata }) => {
      const owner = metadata.ownerReferences?.find((one) => one.kind === KIND);
      if (owner) this.#loop.wake(`${metadata.namespace}/${owner.name}`);
    });
  }

  stop(): void {
    this.#loop.stop();
    this.#client.stop();
  }

  async #reconcile(key: string): Promise<void> {
    const [namespace = "", name = ""] = key.split("/");
    const set = await this.#client.get<ApplicationSet>({
      ...{ apiVersion: ARGO, kind: KIND },
      metadata: { namespace, name },
    });
    if (!set || set.metadata.deletionTimestamp) return;
    const mode = set.spec.syncPolicy?.applicationsSync ?? "sync";
    const wanted = set.spec.generators.flatMap(({ list }) =>
      (list?.elements ?? []).map((element) => generated(set, element)),
    );
    for (const app of wanted) {
      const live = await this.#client.get<Application>(app);
      if (!live) await this.#client.create(app);
      else if (mode === "sync" || mode === "create-update") await this.#putBack(set, app, live);
    }
    if (mode === "sync" || mode === "create-delete") await this.#removeOthers(set, wanted);
    await this.#tell(set);
  }

  async #putBack(set: ApplicationSet, wanted: Application, live: Application): Promise<void> {
    const spec = ignoredIn(set, wanted.metadata.name).reduce<Tree>(
      (tree, path) => withValueOf(tree, live.spec, path),
      wanted.spec,
    );
    if (sameValue(spec, live.spec)) return;
    const body = [{ op: "replace", path: "/spec", value: spec }];
    await this.#client.patch(live, "json", body);
    const { name } = wanted.metadata;
    this.#report(`The ApplicationSet ${set.metadata.name} put ${name} back to its template.`);
  }

  async #removeOthers(set: ApplicationSet, wanted: Application[]): Promise<void> {
    const names = wanted.map((one) => one.metadata.name);
    for (const app of await this.#client.list<Application>(ARGO, "Application")) {
      const { metadata } = app;
      const isOurs =
        metadata.namespace === set.metadata.namespace &&
        metadata.ownerReferences?.some(
          (one) => one.kind === KIND && one.name === set.metadata.name,
        );
      if (isOurs && !names.includes(metadata.name)) await this.#client.delete(app);
    }
  }

  async #tell(set: ApplicationSet): Promise<void> {
    if (set.status?.conditions?.some((one) => one.type === "ResourcesUpToDate")) return;
    const condition = {
      type: "ResourcesUpToDate",
      status: "True",
      reason: "ApplicationSetUpToDate",
      message: "All applications have been generated successfully",
      lastTransitionTime: kubeTime(this.#now()),
    };
    await this.#client.patch(set, "merge", { status: { conditions: [condition] } }, "/status");
  }
}

/** The Application of one element, its owner named on it. */
function generated(set: ApplicationSet, element: Record<string, string>): Application {
  const { name = "", uid, namespace } = set.metadata;
  const filled = filledIn(set.spec.template, element) as ApplicationSet["spec"]["template"];
  const owner = {
    apiVersion: ARGO,
    kind: KIND,
    name,
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    apiVersion: ARGO,
    kind: "Application",
    metadata: {
      ...filled.metadata,
      name: filled.metadata.name ?? "",
      namespace,
      ownerReferences: [owner],
    },
    spec: filled.spec,
  };
}

/** Every text of the template with `{{name}}` or `{{.name}}` filled in. */
function filledIn(value: unknown, element: Record<string, string>): unknown {
  if (typeof value === "string") {
    return value.replace(/\{\{\s*\.?([\w-]+)\s*\}\}/g, (whole, key) => element[key] ?? whole);
  }
  if (Array.isArray(value)) return value.map((one) => filledIn(one, element));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, filledIn(inner, element)]),
  );
}

/** Paths below `spec` that a set leaves to others: JSON pointers, and jq paths of plain field names. */
function ignoredIn(set: ApplicationSet, app: string): string[][] {
  return (set.spec.ignoreApplicationDifferences ?? [])
    .filter(({ name }) => name === undefined || name === app)
    .flatMap(({ jsonPointers = [], jqPathExpressions = [] }) => [
      ...jsonPointers.map((pointer) => pointer.split("/").slice(1)),
      ...jqPathExpressions.map((path) => path.split(".").slice(1)),
    ])
    .filter(([first]) => first === "spec")
    .map(([, ...path]) => path);
}

/** The tree with the value that another has at a path, or without one when the other has none. */
function withValueOf(tree: Tree, other: Tree, [field, ...rest]: string[]): Tree {
  if (field === undefined) return other;
  const { [field]: own, ...others } = tree;
  const theirs = other[field];
  if (rest.length === 0) return theirs === undefined ? others : { ...tree, [field]: theirs };
  const inner = withValueOf((own ?? {}) as Tree, (theirs ?? {}) as Tree, rest);
  return { ...tree, [field]: inner };
}
