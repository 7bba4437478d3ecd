"use client";
import { useState } from "react";
import { announce } from "@/components/announcer/announce";
import { ThawButton } from "@/components/freeze/thaw-button";
import { useReadFreezesAgain } from "@/components/freeze/use-read-freezes-again";
import { RevertPress } from "@/components/lever/revert-press";
import { PutBack } from "@/components/restoration/put-back";
import { Button } from "@/components/ui/button";
import { ExternalLink } from "@/components/ui/external-link";
import { OpenedHere } from "@/components/ui/opened-here";
import { PressTwice } from "@/components/ui/press-twice";
import { freezeApi } from "@/lib/browser/freeze-api";
import type { IncidentView } from "@/lib/contracts/incident";
import type { LooseEndAction } from "@/lib/contracts/loose-end";

type Of<K extends LooseEndAction["kind"]> = Extract<LooseEndAction, { kind: K }>;

function Resume({ action: { holdId, warning } }: { action: Of<"resume"> }) {
  const readAgain = useReadFreezesAgain();
  return (
    <PressTwice
      label="Resume"
      about={holdId}
      confirm={`Confirm: resume (${holdId})`}
      warning={warning}
      send={async () => {
        try {
          const { subject } = await freezeApi.release(holdId);
          announce(`${subject} is being resumed.`);
        } finally {
          readAgain();
        }
      }}
    />
  );
}

/** Opened in place: a lever has its own first press. */
function PutItBack({ action, view }: { action: Of<"put-back">; view: IncidentView }) {
  const [isOpen, setOpen] = useState(false);
  const restoration = view.restorations.find(({ id }) => id === action.restorationId);
  if (!restoration) return null;
  return isOpen ? (
    <OpenedHere label={`Put back ${restoration.label}`}>
      <PutBack restoration={restoration} />
    </OpenedHere>
  ) : (
    <Button size="small" onClick={() => setOpen(true)}>
      Put back…<span className="sr-only"> {restoration.label}</span>
    </Button>
  );
}

/** One way to close a loose end, with what to know before it. */
export function LooseEndActionPress({
  action,
  view,
  mayAct,
}: {
  action: LooseEndAction;
  view: IncidentView;
  mayAct: boolean;
}) {
  if (action.kind === "look") return <ExternalLink href={action.url}>{action.title}</ExternalLink>;
  if (!mayAct) return null;
  switch (action.kind) {
    case "thaw":
      return <ThawButton id={action.freezeId} />;
    case "resume":
      return <Resume action={action} />;
    case "put-back":
      return <PutItBack action={action} view={view} />;
    case "revert":
      return <RevertPress action={action} view={view} />;
    default:
      return action satisfies never;
  }
}
