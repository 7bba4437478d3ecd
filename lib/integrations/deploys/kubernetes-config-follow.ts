import { setTimeout as sleep } from "node:timers/promises";
import type { AdapterContext } from "@/lib/integrations/adapter";
import type {
  ConfigContent,
  ConfigFollower,
  ConfigName,
  ObservedConfig,
} from "@/lib/integrations/deploy-source";
import type { SourceError } from "@/lib/integrations/source-error";
import type { ConfigKind, ConfigNeed } from "@/lib/rules/config-references";
import { notAllowed, PLURALS, readConfigObject } from "./kubernetes-config";
import { uidOf } from "./kubernetes-objects";
import { canonicalJson } from "./kubernetes-template";
import type { Transport } from "./kubernetes-transport";
import { watchCollection } from "./kubernetes-watch";
import { createPace } from "./pace";

const COALESCE_MS = 50;
/** A delivery may bring a Deployment a moment before what it refers to. */
const ABSENT_MS = 3_000;
const RETRY_FOLLOWER_MS = 1_000;
/** A missing permission may be given any time, and is asked for again this rarely. */
const FORBIDDEN_MS = 60_000;

/** Big, many, and read by no pod. */
const LEFT_OUT: Record<ConfigKind, string> = {
  ConfigMap: "metadata.name!=kube-root-ca.crt",
  Secret: "type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token",
};

/** What a Deployment's templates need: its live one, and those it may return to. */
export type Referrer = { namespace: string; name: string; live: ConfigNeed[]; kept: ConfigNeed[] };

export type ConfigFollowing = {
  /** Says what a Deployment, by its uid, refers to now; null once it is gone. */
  refer(uid: string, referrer: Referrer | null): void;
  /** Resolves when the signal has aborted. */
  done: Promise<void>;
};

type Options = {
  namespaces: string[];
  silentAfterMs: number;
  secrets: "follow" | "ignore";
  /** How long to wait before asking again for what was forbidden. */
  forbiddenMs?: number;
};

/**
 * Watches ConfigMaps, and Secrets where that is set, and tells the follower of those that a Deployment
 * refers to. Of every value only its keyed hash is kept, from the moment it is read. That it may not be
 * read is logged once; Deployments are followed all the same.
 */
export function followConfig(
  transport: Transport,
  context: AdapterContext,
  options: Options,
  follower: ConfigFollower,
  signal: AbortSignal,
): ConfigFollowing {
  const contents = new Map<string, { uid: string; content: ConfigContent }>();
  const referrers = new Map<string, Referrer>();
  const listed = new Set<string>();
  const told = new Map<string, string>();
  const pending = new Map<string, { since: Date; noticedAt: number }>();
  const pace = createPace();
  let wake = Promise.withResolvers<void>();

  function mark(id: string): void {
    if (!pending.has(id)) {
      pending.set(id, { since: context.now(), noticedAt: performance.now() });
    }
    wake.resolve();
  }

  function refer(uid: string, referrer: Referrer | null): void {
    const before = referrers.get(uid);
    if (referrer) referrers.set(uid, referrer);
    else referrers.delete(uid);
    for (const one of [before, referrer]) {
      for (const need of [...(one?.live ?? []), ...(one?.kept ?? [])]) {
        mark(idOf({ namespace: one?.namespace ?? "", ...need }));
      }
    }
  }

  function referredBy({ namespace, objectKind, name }: ConfigName): ObservedConfig["referredBy"] {
    const isIt = (need: ConfigNeed) => need.objectKind === objectKind && need.name === name;
    return [...referrers.values()]
      .filter((one) => one.namespace === namespace)
      .flatMap((one) => {
        const live = one.live.find(isIt);
        const need = live ?? one.kept.find(isIt);
        return need ? [{ deployment: one.name, isLive: live !== undefined, need }] : [];
      })
      .sort((a, b) => (a.deployment < b.deployment ? -1 : 1));
  }

  async function follow(objectKind: ConfigKind, namespace: string | null): Promise<void> {
    const place = `${objectKind}/${namespace ?? ""}`;
    const within = namespace ? `/namespaces/${namespace}` : "";
    let isToldOff = false;

    function put(raw: unknown): string | null {
      const read = readConfigObject(objectKind, raw, follower.fingerprint);
      if (!read) return null;
      const id = idOf(read.name);
      contents.set(id, { uid: read.content.uid, content: read.content });
      mark(id);
      return id;
    }

    function trouble(error: SourceError, forbidden: AbortController): void {
      if (error.code === "forbidden") forbidden.abort();
      if (isToldOff) return;
      isToldOff = true;
      // Only the sentence: what stands behind it may quote what was being read.
      const because = error.code === "forbidden" ? notAllowed(objectKind) : error.sentence;
      context.log.warn(
        { source: context.name, namespace, because },
        `${objectKind}s can't be followed: whether they changed isn't known`,
      );
    }

    while (!signal.aborted) {
      const forbidden = new AbortController();
      await watchCollection(
        transport,
        {
          path: `/api/v1${within}/${PLURALS[objectKind]}`,
          fieldSelector: LEFT_OUT[objectKind],
          onList(items) {
            const present = new Set(items.map(put));
            const uids = new Set(items.map(uidOf));
            for (const [id, { uid }] of contents) {
              // What can't be read isn't gone.
              if (!isAt(id, objectKind, namespace) || present.has(id) || uids.has(uid)) continue;
              contents.delete(id);
              mark(id);
            }
            listed.add(place);
            isToldOff = false;
            for (const id of namesReferredTo()) if (isAt(id, objectKind, namespace)) mark(id);
          },
          onEvent(type, object) {
            const id = put(object);
            if (type === "DELETED" && id) contents.delete(id);
          },
          onAlive: () => undefined,
          onTrouble: (error) => trouble(error, forbidden),
        },
        options,
        AbortSignal.any([signal, forbidden.signal]),
      );
      if (!signal.aborted) await pause(options.forbiddenMs ?? FORBIDDEN_MS);
    }
  }

  function namesReferredTo(): Set<string> {
    const ids = [...referrers.values()].flatMap(({ namespace, live, kept }) =>
      [...live, ...kept].map((need) => idOf({ namespace, ...need })),
    );
    return new Set(ids);
  }

  function isListed({ objectKind, namespace }: ConfigName): boolean {
    return listed.has(`${objectKind}/${namespace}`) || listed.has(`${objectKind}/`);
  }

  async function tell(id: string, since: Date): Promise<void> {
    const name = nameOf(id);
    const observed: ObservedConfig = {
      ...name,
      content: contents.get(id)?.content ?? null,
      referredBy: referredBy(name),
    };
    if (observed.referredBy.length === 0) {
      told.delete(id);
      pace.forget(id);
      return;
    }
    const text = canonicalJson(observed);
    if (told.get(id) === text) return;
    await follower.onConfig(observed, since);
    told.set(id, text);
    pace.told(id, performance.now());
  }

  async function tellAll(): Promise<void> {
    while (!signal.aborted) {
      await wake.promise;
      wake = Promise.withResolvers();
      await pause(COALESCE_MS);
      let isWaiting = false;
      for (const [id, { since, noticedAt }] of [...pending]) {
        if (signal.aborted) return;
        if (!isListed(nameOf(id))) {
          pending.delete(id);
          continue;
        }
        const now = performance.now();
        const isNew = !contents.has(id) && !told.has(id);
        if ((isNew && now - noticedAt < ABSENT_MS) || pace.isToRest(id, now)) {
          isWaiting = true;
          continue;
        }
        pending.delete(id);
        try {
          await tell(id, since);
        } catch (error) {
          context.log.warn({ source: context.name, error }, "a change could not be recorded");
          pending.set(id, { since, noticedAt });
          isWaiting = true;
          await pause(RETRY_FOLLOWER_MS);
        }
      }
      if (isWaiting) {
        const later = wake;
        void pause(RETRY_FOLLOWER_MS / 4).then(() => later.resolve());
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  signal.addEventListener("abort", () => wake.resolve(), { once: true });
  const namespaces = options.namespaces.length > 0 ? options.namespaces : [null];
  const kinds: ConfigKind[] =
    options.secrets === "follow" ? ["ConfigMap", "Secret"] : ["ConfigMap"];
  const watching = kinds.flatMap((kind) => namespaces.map((one) => follow(kind, one)));
  const done = Promise.all([tellAll(), ...watching]).then(() => undefined);
  return { refer, done };
}

// A name of Kubernetes never holds a slash.
function idOf({ objectKind, namespace, name }: ConfigName): string {
  return `${objectKind}/${namespace}/${name}`;
}

function nameOf(id: string): ConfigName {
  const [kind, namespace = "", name = ""] = id.split("/");
  return { objectKind: kind === "Secret" ? "Secret" : "ConfigMap", namespace, name };
}

function isAt(id: string, objectKind: ConfigKind, namespace: string | null): boolean {
  return id.startsWith(namespace === null ? `${objectKind}/` : `${objectKind}/${namespace}/`);
}
