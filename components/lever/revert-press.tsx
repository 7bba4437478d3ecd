"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { OpenedHere } from "@/components/ui/opened-here";
import type { IncidentView } from "@/lib/contracts/incident";
import type { LooseEndAction } from "@/lib/contracts/loose-end";
import { InlinePress } from "./inline-press";
import { useOpenLever } from "./use-open-lever";

type Revert = Extract<LooseEndAction, { kind: "revert" }>;

/**
 * Whether the card of the suspect has this revert: one that carries several merges has none, for no single
 * pull request holds the mistake.
 */
export function isOnCard({ target, suspectId }: Revert, view: IncidentView): boolean {
  const suspect = view.suspects.find(({ id }) => id === suspectId);
  if (!suspect) return false;
  const merges = view.changes.filter(
    ({ id, kind }) => kind === "merge" && suspect.changeIds.includes(id),
  );
  const [only] = merges;
  return (
    merges.length === 1 && only?.details.kind === "merge" && only.details.number === target.number
  );
}

/** Leads to the revert of a merge: on the card where it is there, else in place. */
export function RevertPress({ action, view }: { action: Revert; view: IncidentView }) {
  const [isOpen, setOpen] = useState(false);
  const openLever = useOpenLever();
  const { target, suspectId } = action;
  const open = () => {
    if (suspectId !== null && isOnCard(action, view)) openLever(suspectId, "revert");
    else setOpen(true);
  };
  return isOpen ? (
    <OpenedHere label={`Revert of #${target.number}`}>
      <InlinePress {...{ target, suspectId, incidentId: view.incident.id }} />
    </OpenedHere>
  ) : (
    <Button size="small" onClick={open}>
      Open the revert of #{target.number}
    </Button>
  );
}
