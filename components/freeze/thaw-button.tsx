"use client";
import { useQuery } from "@tanstack/react-query";
import { announce } from "@/components/announcer/announce";
import { PressTwice } from "@/components/ui/press-twice";
import { freezeApi } from "@/lib/browser/freeze-api";
import { queries } from "@/lib/browser/queries";
import { thawWarning } from "@/lib/rules/thaw-warning";
import { useReadFreezesAgain } from "./use-read-freezes-again";

/** Ends a freeze by hand; what it sets going is said once it is armed. */
export function ThawButton({ id }: { id: string }) {
  const readAgain = useReadFreezesAgain();
  const { data: freezes } = useQuery(queries.freezes());
  const freeze = freezes?.find((one) => one.id === id);
  return (
    <PressTwice
      label="Thaw"
      about={id}
      confirm={`Confirm: thaw ${id}`}
      warning={freeze && freezes ? thawWarning(freeze, freezes, new Date()) : null}
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
