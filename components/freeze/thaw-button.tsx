"use client";
import { announce } from "@/components/announcer/announce";
import { PressTwice } from "@/components/ui/press-twice";
import { freezeApi } from "@/lib/browser/freeze-api";
import { useReadFreezesAgain } from "./use-read-freezes-again";

/** Ends a freeze by hand; what to know before it, as `warning`, is said once it is armed. */
export function ThawButton({ id, warning }: { id: string; warning: string | null }) {
  const readAgain = useReadFreezesAgain();
  return (
    <PressTwice
      label="Thaw"
      about={id}
      confirm={`Confirm: thaw ${id}`}
      warning={warning}
      send={async () => {
        try {
          await freezeApi.thaw(id);
          announce(`${id} is thawed. What it held is being let go.`);
        } finally {
          readAgain();
        }
      }}
    />
  );
}
