import { type Cluster, newMeta, putAs } from "./cluster.ts";
import { type KubeEvent, kubeTime, type Stored } from "./kube-object.ts";
import { apiVersionOf, storedResource } from "./resources.ts";

const SIMILAR_LIMIT = 10;
const SIMILAR_WINDOW_MS = 600_000;
const BURST = 25;
const REFILL_MS = 300_000;
const KEPT_EVENTS = 2_000;
const KEPT_KEYS = 4_096;

type Similar = { messages: Set<string>; lastAt: number };
type Bucket = { tokens: number; filledAt: number };

/** Keeps a map small by dropping what was added first. */
function trim<V>(map: Map<string, V>): void {
  const oldest = map.size > KEPT_KEYS ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}

/**
 * Records events the way client-go's recorder does: repeats raise a count, ten similar ones in ten
 * minutes are combined, and one object gets 25 at once and then one every five minutes.
 */
export class EventRecorder {
  readonly #cluster: Cluster;
  readonly #similar = new Map<string, Similar>();
  readonly #counted = new Map<string, { namespace: string; name: string }>();
  readonly #buckets = new Map<string, Bucket>();
  readonly #kept: { namespace: string; name: string }[] = [];
  #sequence = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  record(
    about: { plural: string; object: Stored },
    event: { type: "Normal" | "Warning"; reason: string; message: string; component: string },
  ): void {
    const at = this.#cluster.now();
    const subject = `${event.component}|${about.object.metadata.uid}`;
    const key = `${subject}|${event.type}|${event.reason}`;
    const similar = this.#similarTo(key, event.message, at);
    const combined = similar.messages.size >= SIMILAR_LIMIT;
    if (combined) {
      const first = similar.messages.values().next().value;
      if (first !== undefined) similar.messages.delete(first);
    }
    const message = combined ? `(combined from similar events): ${event.message}` : event.message;
    if (!this.#mayRecord(subject, at)) return;
    this.#write(combined ? key : `${key}|${message}`, about, { ...event, message }, combined, at);
  }

  #similarTo(key: string, message: string, at: number): Similar {
    let similar = this.#similar.get(key);
    if (!similar || at - similar.lastAt > SIMILAR_WINDOW_MS)
      similar = { messages: new Set(), lastAt: at };
    similar.messages.add(message);
    similar.lastAt = at;
    this.#similar.set(key, similar);
    trim(this.#similar);
    return similar;
  }

  #mayRecord(subject: string, at: number): boolean {
    const bucket = this.#buckets.get(subject) ?? { tokens: BURST, filledAt: at };
    const refilled = Math.floor((at - bucket.filledAt) / REFILL_MS);
    if (refilled > 0) {
      bucket.tokens = Math.min(BURST, bucket.tokens + refilled);
      bucket.filledAt += refilled * REFILL_MS;
    }
    this.#buckets.set(subject, bucket);
    trim(this.#buckets);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  #write(
    key: string,
    about: { plural: string; object: Stored },
    event: { type: string; reason: string; message: string; component: string },
    combined: boolean,
    at: number,
  ): void {
    const known = this.#counted.get(key);
    const before = known && this.#cluster.store.get("events", known.namespace, known.name);
    if (before) {
      const counted = before as KubeEvent;
      const count = counted.count + 1;
      const again = { ...counted, message: event.message, count, lastTimestamp: kubeTime(at) };
      putAs(this.#cluster, "events", again);
      return;
    }
    const { metadata } = about.object;
    const resource = storedResource(about.plural);
    this.#sequence += 1;
    const stamp = (BigInt(Math.round(at)) * 1_000_000n + BigInt(this.#sequence)).toString(16);
    const namespace = metadata.namespace ?? "default";
    const name = `${metadata.name}.${stamp}`;
    const created: KubeEvent = {
      metadata: newMeta(this.#cluster, { name, namespace }),
      involvedObject: {
        kind: resource.kind,
        namespace,
        name: metadata.name,
        uid: metadata.uid,
        apiVersion: apiVersionOf(resource),
        resourceVersion: metadata.resourceVersion,
      },
      reason: event.reason,
      message: event.message,
      source: { component: event.component },
      firstTimestamp: kubeTime(at),
      lastTimestamp: kubeTime(at),
      count: 1,
      type: event.type,
      eventTime: null,
      reportingComponent: combined ? "" : event.component,
      reportingInstance: "",
    };
    putAs(this.#cluster, "events", created);
    this.#counted.set(key, { namespace, name });
    trim(this.#counted);
    this.#kept.push({ namespace, name });
    const gone = this.#kept.length > KEPT_EVENTS ? this.#kept.shift() : undefined;
    if (gone) this.#cluster.store.remove("events", gone.namespace, gone.name);
  }
}
