import type {
  AllowDeliveryInput,
  Freeze,
  FreezeInput,
  RenewFreezeInput,
} from "@/lib/contracts/freeze";
import type { Hold } from "@/lib/contracts/hold";
import type { LooseEnd, WaiveInput } from "@/lib/contracts/loose-end";
import type { Restoration } from "@/lib/contracts/restoration";
import { request } from "./api";

const at = encodeURIComponent;

/** What the browser can ask for about freezes, holds and loose ends; apart, for few pages need it. */
export const freezeApi = {
  /** Sent again with the same `key`, it answers the freeze it made the first time. */
  freeze: (input: FreezeInput, key: string) =>
    request<Freeze>("/api/freezes", { method: "POST", body: input, key }),
  renew: (id: string, input: RenewFreezeInput) =>
    request<Freeze>(`/api/freezes/${at(id)}/renew`, { method: "POST", body: input }),
  thaw: (id: string) =>
    request<Freeze>(`/api/freezes/${at(id)}/thaw`, { method: "POST", body: {} }),
  allow: (id: string, input: AllowDeliveryInput) =>
    request<Freeze>(`/api/freezes/${at(id)}/allow`, { method: "POST", body: input }),
  /** Has a revert that was taken out of the merge queue put in again. */
  queueAgain: (restorationId: string) =>
    request<Restoration>(`/api/restorations/${at(restorationId)}/queue-again`, {
      method: "POST",
      body: {},
    }),
  /** Lets go of one thing, whoever needs it: an owner is resumed. */
  release: (holdId: string) =>
    request<Hold>(`/api/holds/${at(holdId)}/release`, { method: "POST", body: {} }),
  waive: (incidentId: string, key: string, input: WaiveInput) =>
    request<LooseEnd>(`/api/incidents/${at(incidentId)}/loose-ends/${at(key)}/waive`, {
      method: "POST",
      body: input,
    }),
};
