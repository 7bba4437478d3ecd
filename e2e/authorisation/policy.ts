export type Access = "public" | "viewer" | "responder" | "admin";
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export const methods: readonly Method[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/**
 * Who may do what: the one table, written by hand and held against every route that a build has.
 * What is not in it must not be there.
 */
export const policy: Record<string, Partial<Record<Method, Access>>> = {
  "/api/health": { GET: "public" },
  "/api/session": { GET: "viewer" },
  "/api/services": { GET: "viewer" },
  "/api/services/[name]": { GET: "viewer" },
  "/api/services/[name]/signal": { GET: "viewer" },
  "/api/services/[name]/revisions": { GET: "viewer" },
  "/api/services/[name]/known-good": { GET: "viewer" },
  "/api/known-good": { GET: "viewer" },
  "/api/changes": { GET: "viewer" },
  "/api/changes/[id]": { GET: "viewer" },
  "/api/sources": { GET: "viewer" },
  "/api/readiness": { GET: "viewer" },
  "/api/incidents": { GET: "viewer", POST: "responder" },
  "/api/incidents/[id]": { GET: "viewer", PATCH: "responder" },
  "/api/incidents/[id]/notes": { POST: "responder" },
  "/api/incidents/[id]/notes/[entryId]": { PATCH: "responder" },
  "/api/incidents/[id]/levers": { GET: "viewer" },
  "/api/incidents/[id]/evidence": { GET: "viewer" },
  "/api/incidents/[id]/loose-ends/[key]/waive": { POST: "responder" },
  "/api/loose-ends": { GET: "viewer" },
  "/api/retros": { GET: "viewer", POST: "responder" },
  "/api/retros/reminders": { GET: "viewer" },
  "/api/retros/[id]": { GET: "viewer", PATCH: "responder" },
  "/api/retros/[id]/sections/[name]": { GET: "viewer", PUT: "responder" },
  "/api/retros/[id]/items": { POST: "responder" },
  "/api/retros/[id]/items/[subject]": { PATCH: "responder" },
  "/api/retros/[id]/factors": { POST: "responder" },
  "/api/retros/[id]/factors/[factorId]": { PATCH: "responder", DELETE: "responder" },
  "/api/retros/[id]/follow-ups": { POST: "responder" },
  "/api/retros/[id]/publications": { POST: "responder" },
  "/api/retros/[id]/publications/[version]": { GET: "viewer" },
  "/api/retros/[id]/markdown": { GET: "viewer" },
  "/api/retros/[id]/invitation": { GET: "viewer" },
  "/api/retros/[id]/presence": { POST: "viewer" },
  "/api/follow-ups": { GET: "viewer" },
  "/api/follow-ups/[id]": { PATCH: "responder" },
  "/api/follow-ups/[id]/issue": { POST: "responder" },
  "/api/levers": { GET: "viewer" },
  "/api/restorations": { POST: "responder" },
  "/api/restorations/[id]": { GET: "viewer" },
  "/api/restorations/[id]/queue-again": { POST: "responder" },
  "/api/restorations/[id]/put-back": { GET: "viewer", POST: "responder" },
  "/api/restorations/[id]/evidence": { GET: "viewer" },
  "/api/evidence/[id]": { GET: "responder" },
  "/api/freezes": { GET: "viewer", POST: "responder" },
  "/api/freezes/preview": { GET: "viewer" },
  "/api/freezes/[id]": { GET: "viewer" },
  "/api/freezes/[id]/renew": { POST: "responder" },
  "/api/freezes/[id]/thaw": { POST: "responder" },
  "/api/freezes/[id]/allow": { POST: "responder" },
  "/api/gate": { GET: "viewer" },
  "/api/holds/[id]/release": { POST: "responder" },
  "/api/schemas/migrated-down": { POST: "responder" },
  "/api/recovery": { GET: "viewer" },
  "/api/recovery/export": { GET: "viewer" },
  "/api/delivery": { GET: "viewer" },
  "/api/delivery/rows": { GET: "viewer" },
  "/api/events": { GET: "viewer" },
  "/api/webhooks/alertmanager": { POST: "responder" },
  "/api/webhooks/github/[source]": { POST: "public" },
  "/api/tokens": { GET: "admin", POST: "admin" },
  "/api/tokens/[id]": { DELETE: "admin" },
  "/api/demo-sign-in": { POST: "public" },
  "/api/auth/[...nextauth]": { GET: "public", POST: "public" },
  "/": { GET: "viewer" },
  "/incidents": { GET: "viewer" },
  "/incidents/new": { GET: "viewer" },
  "/incidents/[id]": { GET: "viewer" },
  "/retros": { GET: "viewer" },
  "/retros/[id]": { GET: "viewer" },
  "/retros/[id]/print": { GET: "viewer" },
  "/follow-ups": { GET: "viewer" },
  "/recovery": { GET: "viewer" },
  "/readiness": { GET: "viewer" },
  "/services": { GET: "viewer" },
  "/services/[name]": { GET: "viewer" },
  "/settings": { GET: "viewer" },
  "/sign-in": { GET: "public" },
};

/** Pages that Next makes itself; they hold nobody's data. */
export const builtIn = new Set(["/_not-found", "/_global-error"]);

/** The address that a key of the build's manifest stands for. */
export function addressOf(key: string): string {
  const path = key.replace(/\/(page|route)$/, "").replaceAll(/\/\([^)]*\)/g, "");
  return path === "" ? "/" : path;
}

/** An address with something in place of its parameters. */
export function filled(path: string): string {
  return path.replace("[...nextauth]", "providers").replaceAll(/\[[^\]]+\]/g, "INC-1");
}
