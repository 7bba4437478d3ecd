"use client";
import { useQueryClient } from "@tanstack/react-query";
import { announce } from "@/components/announcer/announce";
import { useSending } from "@/components/ui/use-sending";
import { api } from "@/lib/browser/api";
import type { CorrectIncidentInput, Incident } from "@/lib/contracts/incident";

/** Corrects an incident as it was read: a stale correction is refused by the server. */
export function useCorrect(incident: Incident, said: string, onDone?: () => void) {
  const client = useQueryClient();
  return useSending(async (input: Omit<CorrectIncidentInput, "version">) => {
    try {
      await api.correct(incident.id, { ...input, version: incident.version });
      announce(said);
      onDone?.();
    } finally {
      // Also after a refusal: somebody else may have changed it, and then the new facts must show.
      void client.invalidateQueries({ queryKey: ["incident", incident.id] });
      void client.invalidateQueries({ queryKey: ["incidents"] });
    }
  });
}
