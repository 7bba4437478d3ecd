import "server-only";
import type { Role } from "@/lib/contracts/role";

/** The lists of the environment: verified e-mail addresses and GitHub logins, in lower case. */
export type RoleLists = {
  admins: readonly string[];
  responders: readonly string[];
  otherwise: Role | null;
};

/**
 * What a person may do, or null when they may not come in. An entry with an @ only ever matches a
 * verified address, one without only a GitHub login: nobody can name themselves into a list.
 */
export function roleOf(
  person: { email: string | null; login: string | null },
  lists: RoleLists,
): Role | null {
  const names = new Set<string>();
  if (person.email?.includes("@")) names.add(person.email.toLowerCase());
  if (person.login && !person.login.includes("@")) names.add(person.login.toLowerCase());
  if (lists.admins.some((entry) => names.has(entry))) return "admin";
  if (lists.responders.some((entry) => names.has(entry))) return "responder";
  return lists.otherwise;
}
