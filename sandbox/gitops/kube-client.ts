import { apiVersionOf, RESOURCES, type Resource } from "../kubernetes/resources.ts";

export type Tree = Record<string, unknown>;

/** An object as it is written in a manifest or answered by the API. */
export type KubeObject = {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    generation?: number;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; controller?: boolean }[];
    [field: string]: unknown;
  };
  [field: string]: unknown;
};

/** What names an object: its kind and where it is. */
export type Ref = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
};

/** The API server said no, in its own words. */
export class ApiRefusal extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const TIMEOUT_MS = 10_000;
const WATCH_AGAIN_MS = 500;

export function resourceOf({ apiVersion, kind }: { apiVersion: string; kind: string }): Resource {
  const found = RESOURCES.find((one) => one.kind === kind && apiVersionOf(one) === apiVersion);
  if (!found) throw new Error(`no matches for kind "${kind}" in version "${apiVersion}"`);
  return found;
}

function collectionPath(resource: Resource, namespace?: string): string {
  const root = resource.group === "" ? "/api/v1" : `/apis/${apiVersionOf(resource)}`;
  const within = resource.namespaced && namespace ? `/namespaces/${namespace}` : "";
  return `${root}${within}/${resource.plural}`;
}

/** One controller's own access to the cluster's API: its account and its name as a field manager. */
export class KubeClient {
  readonly #url: string;
  readonly #token: string;
  readonly #manager: string;
  readonly #stop = new AbortController();

  constructor(url: string, token: string, manager: string) {
    this.#url = url;
    this.#token = token;
    this.#manager = manager;
  }

  async get<T extends KubeObject = KubeObject>(ref: Ref): Promise<T | null> {
    const response = await this.#send("GET", this.#path(ref));
    if (response.status === 404) return null;
    return (await this.#answered(response)) as T;
  }

  async list<T extends KubeObject>(apiVersion: string, kind: string): Promise<T[]> {
    const path = collectionPath(resourceOf({ apiVersion, kind }));
    const { items } = (await this.#answered(await this.#send("GET", path))) as { items: T[] };
    return items.map((one) => ({ ...one, apiVersion, kind }));
  }

  async create(object: KubeObject): Promise<void> {
    const path = collectionPath(resourceOf(object), object.metadata.namespace);
    await this.#write("POST", path, "application/json", object);
  }

  /** A merge patch, or a strategic one, or a JSON patch. */
  async patch(
    ref: Ref,
    type: "merge" | "strategic-merge" | "json",
    body: unknown,
    subresource = "",
  ): Promise<void> {
    const suffix = type === "json" ? "json-patch+json" : `${type}-patch+json`;
    await this.#write("PATCH", this.#path(ref) + subresource, `application/${suffix}`, body);
  }

  /** Server-side apply that takes fields over from whoever holds them. */
  async apply(object: KubeObject): Promise<void> {
    const type = "application/apply-patch+yaml";
    await this.#write("PATCH", this.#path(object), type, object, "&force=true");
  }

  async delete(ref: Ref): Promise<void> {
    const response = await this.#send("DELETE", this.#path(ref));
    if (response.status !== 404) await this.#answered(response);
  }

  /** Tells every object of a kind now and whenever one changes, until `stop`. */
  watch(apiVersion: string, kind: string, told: (object: KubeObject) => void): void {
    const path = `${collectionPath(resourceOf({ apiVersion, kind }))}?watch=1`;
    const again = async (): Promise<void> => {
      while (!this.#stop.signal.aborted) {
        await this.#follow(path, (object) => told({ ...object, apiVersion, kind })).catch(
          () => undefined,
        );
        await new Promise((resolve) => setTimeout(resolve, WATCH_AGAIN_MS));
      }
    };
    void again();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #follow(path: string, told: (object: KubeObject) => void): Promise<void> {
    const response = await fetch(this.#url + path, {
      headers: this.#headers(),
      signal: this.#stop.signal,
    });
    if (!response.ok) return void (await response.body?.cancel());
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of response.body ?? []) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines.filter(Boolean)) {
        const { type, object } = JSON.parse(line) as { type: string; object: KubeObject };
        if (type !== "ERROR" && type !== "BOOKMARK") told(object);
      }
    }
  }

  #path(ref: Ref): string {
    const { name, namespace } = ref.metadata;
    return `${collectionPath(resourceOf(ref), namespace)}/${name}`;
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}`, "user-agent": `${this.#manager}/v0` };
  }

  async #write(method: string, path: string, type: string, body: unknown, more = "") {
    const query = `?fieldManager=${encodeURIComponent(this.#manager)}${more}`;
    await this.#answered(await this.#send(method, path + query, type, body));
  }

  #send(method: string, path: string, type?: string, body?: unknown): Promise<Response> {
    return fetch(this.#url + path, {
      method,
      headers: { ...this.#headers(), ...(type && { "content-type": type }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  }

  async #answered(response: Response): Promise<unknown> {
    const body: unknown = await response.json();
    if (response.ok) return body;
    const message =
      (body as { message?: string }).message ?? `the server answered ${response.status}`;
    throw new ApiRefusal(response.status, message);
  }
}
