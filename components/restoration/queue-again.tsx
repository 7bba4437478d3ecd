"use client";
import { announce } from "@/components/announcer/announce";
import { useMayAct } from "@/components/lever/use-may-act";
import { PressTwice } from "@/components/ui/press-twice";
import { freezeApi } from "@/lib/browser/freeze-api";

/** Puts a revert that was taken out of the merge queue in again: once for each time that it was. */
export function QueueAgain({ of }: { of: string }) {
  const { mayAct } = useMayAct();
  if (!mayAct) return null;
  return (
    <PressTwice
      label="Queue it again"
      about={of}
      confirm={`Confirm: put ${of} into the merge queue again`}
      warning={null}
      send={async () => {
        await freezeApi.queueAgain(of);
        announce(`${of} goes into the merge queue again.`);
      }}
    />
  );
}
