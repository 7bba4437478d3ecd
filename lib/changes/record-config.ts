import "server-only";
import { createHash } from "node:crypto";
import type { ConfigDetails } from "@/lib/contracts/change";
import type { Service } from "@/lib/contracts/service";
import type { ObservedConfig } from "@/lib/integrations/deploy-source";
import {
  areComparable,
  compareKeys,
  isNamedByContent,
  type KeyChanges,
  keyChangesInWords,
  touchedKeys,
} from "@/lib/rules/config-changes";
import type { Ctx } from "@/lib/server/context";
import { type ConfigVersion, configVersions, saveConfigVersion } from "./config-store";
import { type ChangeDraft, saveChange } from "./store";

export type RecordConfigInput = {
  source: string;
  config: ObservedConfig;
  /** When it was observed. */
  at: Date;
  services: Service[];
};

/**
 * Brings the ledger up to what a cluster shows of one ConfigMap or Secret: a new version when its
 * content is another, and a `config` Change when pods that live Deployments make are touched by it.
 * What is seen for the first time is no Change: nobody knows what it was before. Returns the Change's
 * id, or null.
 */
export async function recordConfig(
  ctx: Pick<Ctx, "db">,
  input: RecordConfigInput,
): Promise<string | null> {
  const { source, config } = input;
  const { namespace, objectKind, name, content } = config;
  const place = { source, namespace, objectKind, name };
  return ctx.db.$transaction(async (tx) => {
    const [last] = await configVersions(tx, { ...place, limit: 1 });
    const keys = content?.keys ?? null;
    const changes = compareKeys(last?.keys ?? null, keys);
    const isGone = keys === null;
    if (last && isGone === (last.keys === null) && touchedKeys(changes, null).length === 0) {
      return null;
    }
    const seenFrom = becameSo(input, last ?? null);
    const uid = content?.uid ?? last?.uid ?? "";
    if (!(await saveConfigVersion(tx, { ...place, uid, keys, seenFrom }))) return null;
    if (!last || !areComparable(last.keys, keys)) return null;
    const draft = draftFor(input, { last, changes, seenFrom, uid });
    return draft ? (await saveChange(tx, draft)).id : null;
  });
}

/** The cluster's own time where it moved on; else when we saw it. Always after what was before. */
function becameSo({ config, at }: RecordConfigInput, last: ConfigVersion | null): Date {
  const written = config.content ? new Date(config.content.changedAt) : null;
  if (!last) return written ?? at;
  const seen = written && written > last.seenFrom ? written : at;
  return new Date(Math.max(seen.getTime(), last.seenFrom.getTime() + 1));
}

function draftFor(
  input: RecordConfigInput,
  found: { last: ConfigVersion; changes: KeyChanges; seenFrom: Date; uid: string },
): ChangeDraft | null {
  const { source, config } = input;
  const { last, changes, seenFrom, uid } = found;
  const { namespace, objectKind, name, content } = config;
  const action = content === null ? "deleted" : last.keys === null ? "created" : "changed";
  const touched = config.referredBy.filter(
    ({ isLive, need }) =>
      isLive && (action !== "changed" || touchedKeys(changes, need.keys).length > 0),
  );
  if (touched.length === 0) return null;
  // It came with the template that names it, and that Change says so.
  if (action === "created" && (content?.isImmutable || isNamedByContent(name))) return null;
  const details: ConfigDetails = {
    kind: "config",
    namespace,
    object: `${objectKind}/${name}`,
    keys: touchedKeys(changes, null),
    added: changes.added,
    removed: changes.removed,
    action,
    deployments: touched.map((one) => one.deployment),
    noticed: touched.every(({ need }) => need.noticed === "while-running")
      ? "while-running"
      : "at-restart",
    writtenBy: content?.writtenBy ?? null,
  };
  const state = createHash("sha256")
    .update(JSON.stringify(content?.keys ?? null))
    .digest("hex");
  return {
    kind: "config",
    source,
    naturalKey: `${objectKind}:${uid}:${seenFrom.toISOString()}:${state.slice(0, 12)}`,
    subject: `${namespace}/${objectKind}/${name}`,
    services: servicesOf(
      input,
      touched.map((one) => one.deployment),
    ),
    title: `${objectKind} ${name}${action === "changed" ? `: ${keyChangesInWords(changes)}` : ` ${action}`}`,
    environment: null,
    at: seenFrom.toISOString(),
    completedAt: null,
    actor: null,
    url: null,
    details,
  };
}

function servicesOf({ source, config, services }: RecordConfigInput, names: string[]): string[] {
  return services
    .filter((service) =>
      service.deployments.some(
        (ref) =>
          ref.source === source && ref.namespace === config.namespace && names.includes(ref.name),
      ),
    )
    .map((service) => service.name);
}
