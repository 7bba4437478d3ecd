import type { Caller } from "./accounts.ts";
import { HttpError, notFound } from "./exchange.ts";

const FOREIGN = {
  user: "Resource not accessible by personal access token",
  installation: "Resource not accessible by integration",
};

/** Whether a token is good for more than commit statuses; Apps have permissions in place of scopes. */
export function seesAll({ scopes }: Caller): boolean {
  const words = scopes?.split(/[\s,]+/) ?? [];
  return words.includes("repo") || !words.includes("repo:status");
}

/** Whether a caller may change the repository's contents, pull requests and issues. */
export function mayWrite(caller: Caller): boolean {
  return caller.permission !== "read" && caller.kind !== "app" && seesAll(caller);
}

/** Refuses callers who may only read, and tokens that are good for statuses alone. */
export function requireWrite(caller: Caller | null): Caller {
  if (!caller) throw new HttpError(401, "Requires authentication");
  if (mayWrite(caller)) return caller;
  throw new HttpError(403, FOREIGN[caller.kind === "user" ? "user" : "installation"]);
}

/** Whether a caller has a permission of an App by name; people have it by their role. */
export function isGranted(caller: Caller, name: string, level: "read" | "write"): boolean {
  if (caller.kind === "user")
    return name === "administration" || name === "merge_queues"
      ? caller.permission === "admin"
      : level === "read" || caller.permission !== "read";
  const granted = caller.grants?.[name];
  return granted === "write" || (level === "read" && granted === "read");
}

/** Refuses who may not post commit statuses: `repo:status` of a token, `statuses` of an App. */
export function requireStatuses(caller: Caller | null): Caller {
  if (!caller) throw new HttpError(401, "Requires authentication");
  if (isGranted(caller, "statuses", "write")) return caller;
  throw new HttpError(403, FOREIGN[caller.kind === "user" ? "user" : "installation"]);
}

/** Settings of a repository do not exist for people who are not its administrators. */
export function requireAdministration(caller: Caller | null, level: "read" | "write"): Caller {
  if (!caller) throw notFound();
  if (isGranted(caller, "administration", level)) return caller;
  if (caller.kind === "user") throw notFound();
  throw new HttpError(403, FOREIGN.installation);
}
