"use client";
import { useSyncExternalStore } from "react";
import { announcements } from "./announce";

const silent = { polite: "", alert: "" };

/** The two live regions of the page; they are there from the first paint. */
export function Announcer() {
  const said = useSyncExternalStore(announcements.subscribe, announcements.read, () => silent);
  return (
    <>
      <div role="status" aria-live="polite" className="sr-only">
        {said.polite}
      </div>
      <div role="alert" className="sr-only">
        {said.alert}
      </div>
    </>
  );
}
