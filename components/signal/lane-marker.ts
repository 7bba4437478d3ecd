import type { Change } from "@/lib/contracts/change";
import type { TimelineEntry } from "@/lib/contracts/timeline-entry";
import type { Marker } from "./cluster-markers";

export type Lane = "Deploys" | "Flags" | "Merges" | "People";
export const lanes: Lane[] = ["Deploys", "Flags", "Merges", "People"];

/** `suspect`: part of the chosen suspect. `ours`: made by a Restoration. `faint`: after harm began. */
export type MarkerTone = "plain" | "suspect" | "ours" | "faint";

/** The shape of one thing in a lane: several share a lane and not their shape. */
export type Glyph = Lane | "Configuration" | "Freeze" | "Undone";

export type LaneMarker = Marker & {
  lane: Lane;
  glyph: Glyph;
  tone: MarkerTone;
  title: string;
  by: string | null;
  /** Set when there is a Change to open. */
  changeId: string | null;
};

const laneOf = { deploy: "Deploys", config: "Deploys", flag: "Flags", merge: "Merges" } as const;

/** The shape of a Change by its kind. */
export const glyphOf = { ...laneOf, config: "Configuration" } as const;

/** Whether a Change was made by a Restoration of ours. */
export function restorationOf(change: Change): string | null {
  return change.details.kind === "config" ? null : change.details.restorationId;
}

function shortLabel(change: Change): string {
  const { details } = change;
  if (details.kind === "deploy") return `${details.deployment} ${details.revision}`;
  if (details.kind === "merge") return `#${details.number}`;
  if (details.kind === "config") return details.object.slice(details.object.indexOf("/") + 1);
  return change.title;
}

/** A Change as a point in its lane. */
export function changeMarker(
  change: Change,
  suspects: ReadonlySet<string>,
  harmBegan: number,
): LaneMarker {
  const at = Date.parse(change.at);
  const isSuspect = suspects.has(change.id);
  const isOurs = restorationOf(change) !== null;
  const tone = isOurs ? "ours" : isSuspect ? "suspect" : at > harmBegan ? "faint" : "plain";
  return {
    id: change.id,
    at,
    label: shortLabel(change),
    weight: isSuspect ? 3 : isOurs ? 2 : 1,
    lane: laneOf[change.kind],
    glyph: glyphOf[change.kind],
    tone,
    title: change.title,
    by: change.actor,
    changeId: change.id,
  };
}

/** What a person did or wrote as a point in the lane of people. */
export function entryMarker(entry: TimelineEntry): LaneMarker {
  return {
    id: entry.id,
    at: Date.parse(entry.at),
    label: entry.kind === "note" ? "note" : entry.kind,
    weight: entry.kind === "lever" || entry.kind === "undone" ? 2 : 1,
    lane: "People",
    glyph: entry.kind === "freeze" ? "Freeze" : entry.kind === "undone" ? "Undone" : "People",
    tone: entry.kind === "lever" || entry.kind === "restoration" ? "ours" : "plain",
    title: entry.text,
    by: entry.by,
    changeId: null,
  };
}
