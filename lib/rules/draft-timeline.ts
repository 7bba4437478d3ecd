import type { Change } from "@/lib/contracts/change";
import type { Incident } from "@/lib/contracts/incident";
import type { Restoration } from "@/lib/contracts/restoration";
import type { TimelineItem } from "@/lib/contracts/retro";
import type { TimelineEntry } from "@/lib/contracts/timeline-entry";
import { byTime } from "./curate-timeline";

/** A receipt with the number that it is pointed at by. */
export type NumberedReceipt = {
  id: number;
  restorationId: string;
  at: string;
  sentence: string;
  url: string | null;
};

export type TimelineInput = {
  incident: Pick<Incident, "harmBeganAt">;
  entries: readonly TimelineEntry[];
  restorations: readonly Restoration[];
  receipts: readonly NumberedReceipt[];
  /** Changes around the incident, in any order. */
  changes: readonly Change[];
  /** Ids of the suspected Change and of those linked to it. */
  suspected: ReadonlySet<string>;
  /** Ids of changes that closed a loose end. */
  closing: ReadonlySet<string>;
};

/** A receipt this close to an entry about the same Restoration says the same again. */
const SAME_MS = 3_000;
/** Beyond so many alerts, the rest are told by the log alone. */
const MOST_ALERTS = 12;

/**
 * The whole log as one timeline: what changed before the harm and what it carried, what people said
 * and did, what every Restoration reported, and what closed its loose ends. Everything is there; what
 * only repeats or surrounds the story is hidden. Nothing is merged or annotated yet.
 */
export function draftTimeline(input: TimelineInput): TimelineItem[] {
  const restorations = new Map(input.restorations.map((one) => [one.id, one]));
  const told = new Map<string, number[]>();
  for (const { restorationId, at } of input.entries) {
    if (restorationId === null) continue;
    const moments = told.get(restorationId) ?? [];
    moments.push(Date.parse(at));
    told.set(restorationId, moments);
  }
  const alerts = input.entries
    .filter(({ kind }) => kind === "alert")
    .map(({ id, at }) => ({ id, at: Date.parse(at) }))
    .sort((a, b) => a.at - b.at);
  const lateAlerts = new Set(alerts.slice(MOST_ALERTS).map(({ id }) => id));
  return [
    ...input.changes.map((change) => ofChange(change, input)),
    ...input.entries.map((entry) =>
      ofEntry(entry, restorations.get(entry.restorationId ?? ""), lateAlerts.has(entry.id)),
    ),
    ...input.receipts.map((receipt) =>
      ofReceipt(receipt, restorations.get(receipt.restorationId), told),
    ),
  ].sort(byTime);
}

const BLANK = {
  originalAt: null,
  originalText: null,
  isCurated: false,
  merged: [],
  note: null,
  known: null,
  attachments: [],
  version: 0,
} as const satisfies Partial<TimelineItem>;

function blank() {
  return { ...BLANK, merged: [], attachments: [] };
}

function ofChange(change: Change, input: TimelineInput): TimelineItem {
  const isStory = input.suspected.has(change.id) || input.closing.has(change.id);
  return {
    ...blank(),
    subject: `change:${change.id}`,
    kind: "change",
    at: change.at,
    text: changeInWords(change),
    by: change.actor,
    source: change.source,
    url: change.url,
    shown: isStory ? "kept" : "hidden",
  };
}

/** "Deploy live: checkout 23 → 24", "Flag changed: …", "Merged: #12 Round prices". */
export function changeInWords(change: Change): string {
  switch (change.details.kind) {
    case "deploy":
      return `Deploy live: ${change.title}`;
    case "flag":
      return `Flag changed: ${change.title}`;
    case "merge":
      return `Merged: ${change.title}`;
    case "config":
      return `Configuration changed: ${change.title}`;
    default:
      return change.details satisfies never;
  }
}

function ofEntry(
  entry: TimelineEntry,
  restoration: Restoration | undefined,
  isOneOfMany: boolean,
): TimelineItem {
  return {
    ...blank(),
    subject: `entry:${entry.id}`,
    kind: entry.kind,
    at: entry.at,
    originalAt: entry.original && entry.original.at !== entry.at ? entry.original.at : null,
    text: entry.text,
    originalText: entry.original && entry.original.text !== entry.text ? entry.original.text : null,
    by: entry.by,
    source: sourceOf(entry, restoration),
    url: entry.url ?? restoration?.url ?? null,
    shown: entry.kind === "correction" || isOneOfMany ? "hidden" : "kept",
  };
}

/** Which system says so; a status is set here. */
function sourceOf({ kind }: TimelineEntry, restoration: Restoration | undefined): string | null {
  if (kind === "status") return null;
  return restoration?.target.source ?? (kind === "alert" ? "alertmanager" : null);
}

function ofReceipt(
  receipt: NumberedReceipt,
  restoration: Restoration | undefined,
  told: ReadonlyMap<string, number[]>,
): TimelineItem {
  const at = Date.parse(receipt.at);
  const isTold = (told.get(receipt.restorationId) ?? []).some(
    (moment) => Math.abs(moment - at) <= SAME_MS,
  );
  return {
    ...blank(),
    subject: `receipt:${receipt.id}`,
    kind: "receipt",
    at: receipt.at,
    text: `${receipt.restorationId}: ${receipt.sentence}`,
    by: null,
    source: restoration?.target.source ?? null,
    url: receipt.url ?? restoration?.url ?? null,
    shown: isTold ? "hidden" : "kept",
  };
}
