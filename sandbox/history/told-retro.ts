/** What a team wrote in a retro. */
export type ToldRetro = {
  /** Title of the incident it is about. */
  about: string;
  summary: string;
  customers: string;
  wentWell: string;
  wasHard: string;
  lucky: string;
  surprised: string;
  factors: string[];
  followUps: ToldFollowUp[];
};

export type ToldFollowUp = {
  title: string;
  owner: string;
  team: string;
  kind: "prevent" | "detect" | "restore-faster" | "learn";
  /** Days after the retro that it was due, and was closed; null while it is open. */
  due: number;
  closed: number | null;
};

/** A follow-up in a row: title, owner, team, kind, due after days, closed after days. */
export function followUp(
  title: string,
  owner: string,
  team: string,
  kind: ToldFollowUp["kind"],
  due: number,
  closed: number | null,
): ToldFollowUp {
  return { title, owner, team, kind, due, closed };
}
