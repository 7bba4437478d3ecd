"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/components/announcer/announce";
import { retroApi } from "@/lib/browser/retro-api";
import type { CurateInput } from "@/lib/contracts/retro";
import { useRetroDesk } from "./retro-desk";

/** One thing said of one line; `said` is announced. */
export type Curating = {
  subject: string;
  version: number;
  change: Omit<CurateInput, "version">;
  said: string;
};

/** Curates the timeline; a line that somebody else changed meanwhile is read anew and said so. */
export function useCurate(onDone?: () => void) {
  const { incidentId } = useRetroDesk();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ subject, version, change }: Curating) =>
      retroApi.curate(incidentId, subject, { ...change, version }),
    onSuccess: (_item, { said }) => {
      announce(said);
      onDone?.();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ["retro", incidentId], exact: true }),
  });
}
