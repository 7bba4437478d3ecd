import type { Stored } from "./kube-object.ts";

export type StoreEvent = {
  type: "ADDED" | "MODIFIED" | "DELETED";
  plural: string;
  object: Stored;
  /** What was there before; tells a filtered watch that an object left its selection. */
  before: Stored | undefined;
  resourceVersion: number;
};

const FIRST_RESOURCE_VERSION = 1_000;

/**
 * Everything the cluster knows, in memory, with one rising resource version and a bounded history
 * of changes for watches. Objects are replaced, never changed in place.
 */
export class Store {
  #resourceVersion = FIRST_RESOURCE_VERSION;
  #compactedAt = FIRST_RESOURCE_VERSION;
  readonly #objects = new Map<string, Map<string, Stored>>();
  readonly #sorted = new Map<string, Stored[]>();
  readonly #owned = new Map<string, Map<string, { plural: string; key: string }>>();
  #history: StoreEvent[] = [];
  readonly #historyLimit: number;
  readonly #listeners = new Set<(event: StoreEvent) => void>();

  constructor(historyLimit = 3_000) {
    this.#historyLimit = historyLimit;
  }

  get resourceVersion(): number {
    return this.#resourceVersion;
  }

  /** Changes up to this version can't be told any more. */
  get compactedAt(): number {
    return this.#compactedAt;
  }

  get(plural: string, namespace: string, name: string): Stored | undefined {
    return this.#objects.get(plural)?.get(`${namespace}/${name}`);
  }

  /** All objects of a kind, by namespace and name; the array must not be changed. */
  list(plural: string, namespace = ""): readonly Stored[] {
    let all = this.#sorted.get(plural);
    if (!all) {
      const entries = [...(this.#objects.get(plural) ?? [])];
      all = entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
      this.#sorted.set(plural, all);
    }
    return namespace ? all.filter((one) => one.metadata.namespace === namespace) : all;
  }

  /** Objects of a kind whose controlling owner has this uid. */
  ownedBy(uid: string, plural: string): Stored[] {
    const found: Stored[] = [];
    for (const entry of this.#owned.get(uid)?.values() ?? []) {
      const object = entry.plural === plural && this.#objects.get(plural)?.get(entry.key);
      if (object) found.push(object);
    }
    return found;
  }

  /** Stores a new object or the next version of one, and gives it its resource version. */
  put(plural: string, object: Stored): Stored {
    const kept = this.#kept(plural);
    const key = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    const before = kept.get(key);
    const after = this.#stamped(object);
    kept.set(key, after);
    this.#index(plural, key, before, after);
    this.#tell({ type: before ? "MODIFIED" : "ADDED", plural, object: after, before });
    return after;
  }

  /** Takes an object away; answers its last state, or nothing when it wasn't there. */
  remove(plural: string, namespace: string, name: string): Stored | undefined {
    const kept = this.#kept(plural);
    const key = `${namespace}/${name}`;
    const before = kept.get(key);
    if (!before) return undefined;
    kept.delete(key);
    this.#index(plural, key, before, undefined);
    const object = this.#stamped(before);
    this.#tell({ type: "DELETED", plural, object, before });
    return object;
  }

  /** What happened after a version, or "expired" when that is no longer remembered. */
  since(resourceVersion: number, plural: string): StoreEvent[] | "expired" {
    if (resourceVersion < this.#compactedAt) return "expired";
    let low = 0;
    let high = this.#history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const event = this.#history[middle];
      if (event && event.resourceVersion <= resourceVersion) low = middle + 1;
      else high = middle;
    }
    return this.#history.slice(low).filter((event) => event.plural === plural);
  }

  /** Forgets the history: every version seen so far is too old from now on. */
  compact(): void {
    // One version passes unused, so that even the newest one handed out is older than the window.
    this.#resourceVersion += 1;
    this.#compactedAt = this.#resourceVersion;
    this.#history = [];
  }

  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #kept(plural: string): Map<string, Stored> {
    let kept = this.#objects.get(plural);
    if (!kept) {
      kept = new Map();
      this.#objects.set(plural, kept);
    }
    return kept;
  }

  #stamped(object: Stored): Stored {
    this.#resourceVersion += 1;
    const resourceVersion = String(this.#resourceVersion);
    return { ...object, metadata: { ...object.metadata, resourceVersion } };
  }

  #index(plural: string, key: string, before?: Stored, after?: Stored): void {
    this.#sorted.delete(plural);
    const entry = `${plural}/${key}`;
    for (const owner of before?.metadata.ownerReferences ?? []) {
      const owned = this.#owned.get(owner.uid);
      owned?.delete(entry);
      if (owned?.size === 0) this.#owned.delete(owner.uid);
    }
    for (const owner of after?.metadata.ownerReferences ?? []) {
      const owned = this.#owned.get(owner.uid) ?? new Map();
      this.#owned.set(owner.uid, owned.set(entry, { plural, key }));
    }
  }

  #tell(change: Omit<StoreEvent, "resourceVersion">): void {
    const event = { ...change, resourceVersion: this.#resourceVersion };
    this.#history.push(event);
    // Trimmed by halves: a shift per change would cost more than the memory it saves.
    if (this.#history.length > this.#historyLimit * 2) {
      const forgotten = this.#history.length - this.#historyLimit;
      this.#compactedAt = this.#history[forgotten - 1]?.resourceVersion ?? this.#compactedAt;
      this.#history = this.#history.slice(forgotten);
    }
    for (const listener of this.#listeners) listener(event);
  }
}
