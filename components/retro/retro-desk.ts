"use client";
import { createContext, useContext } from "react";
import type { RetroPresence } from "@/lib/contracts/retro";

/** What every part of an open retro knows. */
export type RetroDesk = {
  incidentId: string;
  /** False for viewers and for published versions. */
  mayEdit: boolean;
  /** People of the incident, as far as their names are shown. */
  names: readonly string[];
  /** Who else has it open. */
  others: RetroPresence[];
  /** Says where this person writes; null when nowhere. */
  writeIn: (section: string | null) => void;
};

export const RetroDeskContext = createContext<RetroDesk>({
  incidentId: "",
  mayEdit: false,
  names: [],
  others: [],
  writeIn: () => undefined,
});

export function useRetroDesk(): RetroDesk {
  return useContext(RetroDeskContext);
}
