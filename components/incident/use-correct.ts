"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/components/announcer/announce";
import { api } from "@/lib/browser/api";
import type { CorrectIncidentInput, Incident } from "@/lib/contracts/incident";

/** Corrects an incident as it was read: a stale correction is refused by the server. */
export function useCorrect(incident: Incident, said: string, onDone?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Omit<CorrectIncidentInput, "version">) =>
      api.correct(incident.id, { ...input, version: incident.version }),
    onSuccess: () => {
      announce(said);
      onDone?.();
    },
    // Also after a refusal: somebody else may have changed it, and then the new facts must show.
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["incident", incident.id] });
      void client.invalidateQueries({ queryKey: ["incidents"] });
    },
  });
}
