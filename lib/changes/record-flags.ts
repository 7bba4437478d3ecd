import "server-only";
import type { FlagDetails } from "@/lib/contracts/change";
import type { FlagState } from "@/lib/contracts/flag-state";
import type { Service } from "@/lib/contracts/service";
import type { ObservedFlag, ObservedFlagEvent } from "@/lib/integrations/flag-source";
import { flagChangeInWords, flagStateInWords } from "@/lib/rules/flag-words";
import type { Ctx } from "@/lib/server/context";
import { flagSnapshots, restorationOfFlag, saveFlagSnapshot } from "./flag-store";
import { linkNewFlags } from "./link-flags";
import { knownKeys, saveChange } from "./store";

export type RecordFlagsInput = {
  source: string;
  scope: { project: string; environment: string };
  /** Every flag as it is now. */
  flags: ObservedFlag[];
  /** What happened since the last look, oldest first. */
  events: ObservedFlagEvent[];
  at: Date;
  services: Service[];
  urlOf: (flag: ObservedFlagEvent) => string | null;
};

/**
 * Brings the ledger up to what a flag product tells: one `flag` Change an event, with the state before
 * and after. Where the event doesn't say, the states are walked back from the present one and forward
 * from the last snapshot; what can't be known stays null. Returns how many Changes were new.
 */
export async function recordFlags(
  ctx: Pick<Ctx, "db">,
  input: RecordFlagsInput,
): Promise<{ written: number; changedFlags: string[] }> {
  const snapshots = await flagSnapshots(ctx.db, input.source, input.scope);
  const now = new Map(input.flags.map((flag) => [flag.key, flag]));
  const known = await knownKeys(
    ctx.db,
    input.source,
    input.events.map((event) => event.eventId),
  );
  let written = 0;
  for (const [key, events] of groupByKey(input.events)) {
    const states = walkStates(events, now.get(key)?.state ?? null, snapshots.get(key) ?? null);
    for (const [index, event] of events.entries()) {
      if (known.has(event.eventId)) continue;
      const state = states[index] ?? { before: null, after: null };
      await saveChange(ctx.db, {
        kind: "flag",
        source: input.source,
        naturalKey: event.eventId,
        subject: `${event.project}/${event.environment}/${event.key}`,
        services: servicesOf(input, key),
        title: titleOf(event, state),
        environment: event.environment,
        at: event.at,
        completedAt: null,
        actor: event.by,
        url: input.urlOf(event),
        details: {
          kind: "flag",
          project: event.project,
          key,
          environment: event.environment,
          action: event.action,
          ...state,
          restorationId: await restorationOfFlag(ctx.db, {
            resource: `${input.source}/${event.project}/${event.environment}/${key}`,
            at: new Date(event.at),
          }),
        },
      });
      written += 1;
    }
  }
  const changedFlags: string[] = [];
  for (const flag of input.flags) {
    if (snapshots.get(flag.key)?.fingerprint === flag.fingerprint) continue;
    changedFlags.push(flag.key);
    await saveFlagSnapshot(ctx.db, { source: input.source, flag, at: input.at });
  }
  // After they are known: merges that are written meanwhile either know them or look again.
  await linkNewFlags(
    ctx.db,
    input.flags.flatMap((flag) => (snapshots.has(flag.key) ? [] : flag.key)),
  );
  return { written, changedFlags };
}

function groupByKey(events: ObservedFlagEvent[]): Map<string, ObservedFlagEvent[]> {
  const groups = new Map<string, ObservedFlagEvent[]>();
  for (const event of events) groups.set(event.key, [...(groups.get(event.key) ?? []), event]);
  return groups;
}

function servicesOf(input: RecordFlagsInput, key: string): string[] {
  return input.services
    .filter(
      ({ flags }) =>
        flags?.source === input.source &&
        flags.project === input.scope.project &&
        flags.environment === input.scope.environment &&
        (flags.keys === undefined || flags.keys.includes(key)),
    )
    .map((service) => service.name);
}

type States = { before: FlagState | null; after: FlagState | null };

/** States around each event: from the event itself, else walked back from what is true now. */
export function walkStates(
  events: ObservedFlagEvent[],
  now: FlagState | null,
  snapshot: { state: FlagState } | null,
): States[] {
  const states: States[] = [];
  let after = now;
  for (let index = events.length - 1; index >= 0; index -= 1) {
    const event = events[index];
    if (!event) continue;
    const known = event.after ?? after;
    let before = event.before ?? undo(event.action, known);
    if (before === null && index === 0) before = snapshot?.state ?? null;
    states.unshift({ before, after: known });
    after = before;
  }
  return states;
}

function undo(action: FlagDetails["action"], after: FlagState | null): FlagState | null {
  if (!after) return null;
  if (action === "on") return { ...after, enabled: false };
  if (action === "off") return { ...after, enabled: true };
  return null;
}

function titleOf(event: ObservedFlagEvent, { before, after }: States): string {
  const { key, action } = event;
  if (action === "created") return `${key} created`;
  if (action === "archived") return `${key} archived`;
  if (before && after) {
    if (flagStateInWords(before) !== flagStateInWords(after)) {
      return `${key} ${flagChangeInWords(before, after)}`;
    }
  }
  switch (action) {
    case "on":
    case "off":
      return `${key} turned ${action}`;
    case "strategy":
      return `${key}: strategy changed`;
    case "variants":
      return `${key}: variants changed`;
    case "segment":
      return `${key}: segment changed`;
    default:
      return action satisfies never;
  }
}
