"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useMemo, useState } from "react";
import { retroQueries } from "@/lib/browser/retro-queries";
import type { RetroPresence } from "@/lib/contracts/retro";

const nobody: RetroPresence[] = [];
const LEAVE_MS = 1_500;
/** Not asked again sooner: two pages of one person would keep telling each other. */
const REST_MS = 3_000;

/**
 * Who else has this retro open, asked every ten seconds while the page is seen; asking says that we
 * are here and in which section. Coming and moving makes open retros stale, so a retro that was just
 * read (`retroReadAt`, milliseconds) is also a sign to ask.
 */
export function usePresence(incidentId: string, retroReadAt: number) {
  const [section, setSection] = useState<string | null>(null);
  const [told, setTold] = useState<string | null>(null);
  // Going from one section to the next leaves neither for a moment.
  useEffect(() => {
    const timer = setTimeout(() => setTold(section), section === null ? LEAVE_MS : 0);
    return () => clearTimeout(timer);
  }, [section]);
  const presence = useQuery({
    ...retroQueries.presence(incidentId, told),
    placeholderData: (before) => before,
    gcTime: 0,
  });
  const { data } = presence;
  const others = useMemo(() => data?.filter(({ isMe }) => !isMe) ?? nobody, [data]);
  const ask = useEffectEvent(() => {
    if (Date.now() - presence.dataUpdatedAt > REST_MS) void presence.refetch();
  });
  useEffect(() => {
    if (retroReadAt > 0) ask();
  }, [retroReadAt]);
  return { others, writeIn: setSection };
}
