import { randomUUID } from "node:crypto";

/**
 * A refusal in the words of the real server. Its gatekeepers (login, role, request schema, unknown
 * path) put an `id` in the body and name missing permissions; refusals from deeper down do neither.
 */
export class UnleashProblem extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>, message: string) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** A refusal by the service behind the gate: no id, no permissions. */
export function refusal(status: number, name: string, message: string, detail = message) {
  return new UnleashProblem(status, { name, message, details: [{ message: detail }] }, message);
}

/** A refusal at the gate: carries an id, and may carry more. */
export function gateRefusal(
  status: number,
  name: string,
  message: string,
  extra: Record<string, unknown> = {},
) {
  const body = { id: randomUUID(), name, message, details: [{ message }], ...extra };
  return new UnleashProblem(status, body, message);
}

export function notFound(message: string) {
  return refusal(404, "NotFoundError", message);
}

/** 400 for a value that no schema could rule out. */
export function badData(detail: string) {
  const lead = "Request validation failed: your request body or params contain invalid data";
  return refusal(400, "BadDataError", `${lead}: ${detail}`, detail);
}

/** 400 for a body or parameter that does not fit the request's schema. */
export function schemaViolation(path: string, message: string) {
  const text =
    "Request validation failed: your request body or params contain invalid data. Refer to the `details` list for more information.";
  return gateRefusal(400, "BadDataError", text, { details: [{ message, path }] });
}

function permissionMessage(permissions: string[]): string {
  const need =
    permissions.length === 1
      ? `the "${permissions[0]}" permission`
      : `one of the following permissions: ${permissions.map((name) => `"${name}"`).join(", ")}`;
  return `You don't have the required permissions to perform this operation. To perform this action, you need ${need}.`;
}

/** 403 from the role check: names the permissions that would do. */
export function missingPermission(permissions: string[]) {
  const message = permissionMessage(permissions);
  return gateRefusal(403, "PermissionError", message, { permissions });
}

/** 403 where changes need a change request: only the message says which permission is missing. */
export function changeRequestNeeded() {
  return refusal(403, "PermissionError", permissionMessage(["SKIP_CHANGE_REQUEST"]));
}

/** 401 without any authorization header. */
export function loginNeeded() {
  return gateRefusal(
    401,
    "AuthenticationRequired",
    "You must log in to use Unleash. Your request had no authorization header, so we could not authorize you. Try logging in at /auth/simple/login",
    { path: "/auth/simple/login", type: "password", defaultHidden: false },
  );
}

/** 401 with a token nobody has. */
export function unknownToken() {
  return gateRefusal(401, "UnauthorizedError", "You must log in to use Unleash.");
}

export function unknownPath(path: string) {
  return gateRefusal(
    404,
    "NotFoundError",
    `The path you were looking for (${path}) is not available.`,
  );
}
