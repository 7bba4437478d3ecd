import type {
  AddFollowUpInput,
  EditFollowUpInput,
  FollowUp,
  OpenIssueInput,
} from "@/lib/contracts/follow-up";
import type {
  AddEventInput,
  ArrangeRetroInput,
  CurateInput,
  Factor,
  FactorInput,
  Retro,
  RetroPublication,
  RetroSectionName,
  SaveSectionInput,
  SaveSectionOutcome,
  TimelineItem,
} from "@/lib/contracts/retro";
import { request } from "./api";

const at = encodeURIComponent;
const retro = (id: string) => `/api/retros/${at(id)}`;

/** Every write the browser can ask of a retro; `id` is the incident's. */
export const retroApi = {
  draft: (incidentId: string) =>
    request<Retro>("/api/retros", { method: "POST", body: { incidentId } }),
  arrange: (id: string, input: ArrangeRetroInput) =>
    request<Retro>(retro(id), { method: "PATCH", body: input }),
  saveSection: (id: string, name: RetroSectionName, input: SaveSectionInput) =>
    request<SaveSectionOutcome>(`${retro(id)}/sections/${name}`, { method: "PUT", body: input }),
  addEvent: (id: string, input: AddEventInput) =>
    request<TimelineItem>(`${retro(id)}/items`, { method: "POST", body: input }),
  curate: (id: string, subject: string, input: CurateInput) =>
    request<TimelineItem>(`${retro(id)}/items/${at(subject)}`, { method: "PATCH", body: input }),
  addFactor: (id: string, input: FactorInput) =>
    request<Factor>(`${retro(id)}/factors`, { method: "POST", body: input }),
  editFactor: (id: string, factorId: string, input: FactorInput) =>
    request<Factor>(`${retro(id)}/factors/${at(factorId)}`, { method: "PATCH", body: input }),
  removeFactor: (id: string, factorId: string) =>
    request<null>(`${retro(id)}/factors/${at(factorId)}`, { method: "DELETE" }),
  addFollowUp: (id: string, input: AddFollowUpInput) =>
    request<FollowUp>(`${retro(id)}/follow-ups`, { method: "POST", body: input }),
  editFollowUp: (followUpId: string, input: EditFollowUpInput) =>
    request<FollowUp>(`/api/follow-ups/${at(followUpId)}`, { method: "PATCH", body: input }),
  openIssue: (followUpId: string, input: OpenIssueInput) =>
    request<FollowUp>(`/api/follow-ups/${at(followUpId)}/issue`, { method: "POST", body: input }),
  publish: (id: string, version: number) =>
    request<RetroPublication>(`${retro(id)}/publications`, { method: "POST", body: { version } }),
};
