/** A row of the table "Change". */
export type ChangeRow = {
  id: string;
  kind: "deploy" | "flag" | "merge";
  source: string;
  naturalKey: string;
  services: string[];
  title: string;
  environment: string | null;
  at: string;
  completedAt: string | null;
  actor: string | null;
  url: string | null;
  details: object;
  subject: string;
  commit: string | null;
  linkedAt: string | null;
};

/** A row of the table "ChangeLink": a deploy carries a merge. */
export type LinkRow = { fromId: string; toId: string };

export const iso = (at: number) => new Date(at).toISOString();

/** Where the shop ran and was kept before; what the sandbox tells of today is named otherwise. */
export const PAST_NAMESPACE = "shop-blue";
export const PAST_REPOSITORY = "shop/storefront-until-spring";

/** Ids of the past: unlike any that the ledger gives. */
export function pastId(kind: number, number: number): string {
  return `0a57${kind.toString(16).padStart(4, "0")}-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}
