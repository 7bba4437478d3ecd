import { qualifiedName, type Resource } from "./resources.ts";

export type Cause = { reason?: string; message: string; field?: string };

export type StatusDetails = {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: Cause[];
  retryAfterSeconds?: number;
};

/** A refusal that is answered as a `Status` object with its HTTP code. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toStatus(): Record<string, unknown> {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      reason: this.reason,
      details: this.details,
      code: this.code,
    };
  }
}

function about(resource: Resource, name?: string): StatusDetails {
  return { name, group: resource.group || undefined, kind: resource.plural };
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, "Unauthorized", "Unauthorized");
}

export function notFound(resource: Resource, name: string): StatusError {
  const message = `${qualifiedName(resource)} "${name}" not found`;
  return new StatusError(404, "NotFound", message, about(resource, name));
}

export function alreadyExists(resource: Resource, name: string): StatusError {
  const message = `${qualifiedName(resource)} "${name}" already exists`;
  return new StatusError(409, "AlreadyExists", message, about(resource, name));
}

export function conflict(resource: Resource, name: string, because: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualifiedName(resource)} "${name}": ${because}`;
  return new StatusError(409, "Conflict", message, about(resource, name));
}

export const MODIFIED_SINCE =
  "the object has been modified; please apply your changes to the latest version and try again";

export function methodNotAllowed(): StatusError {
  return new StatusError(
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );
}

export function notServed(): StatusError {
  const message = "the server could not find the requested resource";
  return new StatusError(404, "NotFound", message, {});
}

export function notAcceptable(): StatusError {
  return new StatusError(
    406,
    "NotAcceptable",
    "only the following media types are accepted: application/json",
  );
}

export function expired(message: string): StatusError {
  return new StatusError(410, "Expired", message);
}

export function unsupportedMediaType(supported: string): StatusError {
  return new StatusError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${supported}`,
  );
}

/** A patch that can't be carried out; the server tells nothing more, `details` stays empty. */
export function patchRejected(): StatusError {
  const message = "the server rejected our request due to an error in our request";
  return new StatusError(422, "Invalid", message, {});
}

export type FieldProblem = { field: string; reason: string; message: string };

export function invalid(
  subject: { group: string; kind: string },
  name: string,
  problems: FieldProblem[],
): StatusError {
  const lines = problems.map((one) => `${one.field}: ${one.message}`);
  const told = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  const kind = subject.group === "" ? subject.kind : `${subject.kind}.${subject.group}`;
  return new StatusError(422, "Invalid", `${kind} "${name}" is invalid: ${told}`, {
    name: name || undefined,
    group: subject.group || undefined,
    kind: subject.kind || undefined,
    causes: problems.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}
