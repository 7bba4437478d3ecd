"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/components/announcer/announce";
import { retroApi } from "@/lib/browser/retro-api";
import type { AddFollowUpInput, EditFollowUpInput, FollowUp } from "@/lib/contracts/follow-up";

/** Reads again what shows follow-ups of this incident. */
function useReadAgain(incidentId: string): () => void {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: ["retro", incidentId], exact: true });
    void client.invalidateQueries({ queryKey: ["follow-ups"] });
  };
}

/** Adds a follow-up to the retro of an incident. */
export function useAddFollowUp(incidentId: string, onDone: () => void) {
  return useMutation({
    mutationFn: (input: AddFollowUpInput) => retroApi.addFollowUp(incidentId, input),
    onSuccess: ({ id }) => {
      announce(`Follow-up ${id} added.`);
      onDone();
    },
    onSettled: useReadAgain(incidentId),
  });
}

/** Changes a follow-up as it was read. */
export function useEditFollowUp(followUp: FollowUp, onDone?: () => void) {
  return useMutation({
    mutationFn: (input: Omit<EditFollowUpInput, "version">) =>
      retroApi.editFollowUp(followUp.id, { ...input, version: followUp.version }),
    onSuccess: () => {
      announce(`Follow-up ${followUp.id} changed.`);
      onDone?.();
    },
    onSettled: useReadAgain(followUp.incidentId),
  });
}

/** Opens a follow-up as an issue; the repository is the incident's own unless one is named. */
export function useOpenIssue(followUp: FollowUp) {
  return useMutation({
    mutationFn: (repository: string | null) =>
      retroApi.openIssue(followUp.id, repository ? { repository } : {}),
    onSuccess: ({ issue }) =>
      announce(issue ? `Opened as ${issue.repository}#${issue.number}.` : "Issue opened."),
    onSettled: useReadAgain(followUp.incidentId),
  });
}
