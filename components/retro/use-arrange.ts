"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/components/announcer/announce";
import { retroApi } from "@/lib/browser/retro-api";
import { retroQueries } from "@/lib/browser/retro-queries";
import type { ArrangeRetroInput, Retro } from "@/lib/contracts/retro";

/** Arranges a retro as it was read; what somebody else changed meanwhile is read anew. */
export function useArrange(retro: Retro, said: string, onDone?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Omit<ArrangeRetroInput, "version">) =>
      retroApi.arrange(retro.incidentId, { ...input, version: retro.version }),
    onSuccess: (arranged) => {
      announce(said);
      const { queryKey } = retroQueries.retro(retro.incidentId);
      client.setQueryData(queryKey, (was) => (was ? { ...was, retro: arranged } : was));
      onDone?.();
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ["retro", retro.incidentId] });
      void client.invalidateQueries({ queryKey: ["retros"] });
    },
  });
}
