import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { FollowUpRow } from "@/lib/contracts/follow-up";
import type { Page } from "@/lib/contracts/page";
import type {
  RetroDocument,
  RetroPresence,
  RetroPublication,
  RetroReminder,
  RetroRow,
  RetroSectionName,
  RetroView,
  SectionEdit,
} from "@/lib/contracts/retro";
import { request } from "./api";
import { every } from "./reach";
import { searchWords } from "./search-words";

/** What the list of retros is narrowed to. */
export type RetroFilter = { search: string; state: string };

/** What the list of follow-ups is narrowed to; an empty word means any. */
export type FollowUpFilter = { state: string; team: string; owner: string; overdue: string };

const at = encodeURIComponent;
const PRESENCE_MS = 10_000;

/** Everything the browser reads about retros. Live topics invalidate by the key's first word. */
export const retroQueries = {
  retros: (filter: RetroFilter) =>
    infiniteQueryOptions({
      queryKey: ["retros", filter],
      queryFn: ({ signal, pageParam }) =>
        request<Page<RetroRow>>(`/api/retros${searchWords({ ...filter, after: pageParam })}`, {
          signal,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: (page: Page<RetroRow>) => page.next,
    }),
  reminders: () =>
    queryOptions({
      queryKey: ["reminders"],
      queryFn: ({ signal }) => request<RetroReminder[]>("/api/retros/reminders", { signal }),
      staleTime: 60_000,
    }),
  retro: (id: string) =>
    queryOptions({
      queryKey: ["retro", id],
      queryFn: ({ signal }) => request<RetroView>(`/api/retros/${at(id)}`, { signal }),
    }),
  /** A published version; it never changes. */
  publication: (id: string, version: number) =>
    queryOptions({
      queryKey: ["publication", id, version],
      queryFn: ({ signal }) =>
        request<{ publication: RetroPublication; document: RetroDocument }>(
          `/api/retros/${at(id)}/publications/${version}`,
          { signal },
        ),
      staleTime: Number.POSITIVE_INFINITY,
    }),
  /** Earlier texts of a section, newest first. */
  edits: (id: string, section: RetroSectionName) =>
    queryOptions({
      queryKey: ["retro", id, "edits", section],
      queryFn: ({ signal }) =>
        request<SectionEdit[]>(`/api/retros/${at(id)}/sections/${section}`, { signal }),
    }),
  /** Who has it open; asking says that we have, and where we write. Only while the page is seen. */
  presence: (id: string, section: string | null) =>
    queryOptions({
      queryKey: ["presence", id, section],
      queryFn: ({ signal }) =>
        request<RetroPresence[]>(`/api/retros/${at(id)}/presence`, {
          method: "POST",
          body: { section },
          signal,
        }),
      refetchInterval: every(PRESENCE_MS),
      staleTime: 0,
      retry: false,
    }),
  followUps: (filter: FollowUpFilter) =>
    infiniteQueryOptions({
      queryKey: ["follow-ups", filter],
      queryFn: ({ signal, pageParam }) =>
        request<Page<FollowUpRow>>(
          `/api/follow-ups${searchWords({ ...filter, after: pageParam })}`,
          {
            signal,
          },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: (page: Page<FollowUpRow>) => page.next,
    }),
};
