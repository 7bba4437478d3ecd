import type { DeclareInput, Incident } from "@/lib/contracts/incident";
import type { EditNoteInput, NoteInput, TimelineEntry } from "@/lib/contracts/timeline-entry";
import { request } from "./api";

const at = encodeURIComponent;

/** What the browser can have written down: incidents and notes; apart, for only forms need it. */
export const incidentApi = {
  /** Sent again with the same `key`, it answers the incident it declared the first time. */
  declare: (input: DeclareInput, key: string) =>
    request<Incident>("/api/incidents", { method: "POST", body: input, key }),
  addNote: (id: string, input: NoteInput) =>
    request<TimelineEntry>(`/api/incidents/${at(id)}/notes`, { method: "POST", body: input }),
  editNote: (id: string, entryId: string, input: EditNoteInput) =>
    request<TimelineEntry>(`/api/incidents/${at(id)}/notes/${at(entryId)}`, {
      method: "PATCH",
      body: input,
    }),
};
