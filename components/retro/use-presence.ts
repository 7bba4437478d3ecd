"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { retroQueries } from "@/lib/browser/retro-queries";
import type { RetroPresence } from "@/lib/contracts/retro";

const nobody: RetroPresence[] = [];
const LEAVE_MS = 1_500;

/**
 * Who else has this retro open, asked every ten seconds while the page is seen; asking says that we
 * are here and in which section.
 */
export function usePresence(incidentId: string) {
  const [section, setSection] = useState<string | null>(null);
  const [told, setTold] = useState<string | null>(null);
  // Going from one section to the next leaves neither for a moment.
  useEffect(() => {
    const timer = setTimeout(() => setTold(section), section === null ? LEAVE_MS : 0);
    return () => clearTimeout(timer);
  }, [section]);
  const client = useQueryClient();
  const presence = useQuery({
    ...retroQueries.presence(incidentId, told),
    placeholderData: (before) => before,
    gcTime: 0,
  });
  const { data } = presence;
  const others = useMemo(() => data?.filter(({ isMe }) => !isMe) ?? nobody, [data]);
  const key = useMemo(() => others.map((each) => `${each.name} ${each.section}`).join(), [others]);
  // Somebody who comes or goes may have changed something while live updates were away.
  useEffect(() => {
    if (key) void client.invalidateQueries({ queryKey: ["retro", incidentId], exact: true });
  }, [client, incidentId, key]);
  return { others, writeIn: setSection };
}
