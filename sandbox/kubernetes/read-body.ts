import { parse } from "yaml";
import type { ResourceRequest } from "./api-request.ts";
import { decodeProtobufBody } from "./protobuf-body.ts";
import { apiVersionOf } from "./resources.ts";
import { badRequest, unsupportedMediaType } from "./status-error.ts";

export type Tree = Record<string, unknown>;

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonProblem(text: string, error: unknown): string {
  const why = error instanceof Error ? error.message : "invalid";
  return `couldn't get version/kind; json parse error: ${why} (${text.slice(0, 200)})`;
}

/** The body of a write as an object of the resource's kind; other kinds and texts are refused. */
export function readObjectBody(request: ResourceRequest): Tree {
  const { resource, body } = request;
  const type = request.headers.contentType?.split(";")[0]?.trim() ?? "application/json";
  if (type === "application/vnd.kubernetes.protobuf") {
    const decoded = decodeProtobufBody(Buffer.from(body, "latin1"));
    if (!decoded) throw unsupportedMediaType("application/json, application/yaml");
    return decoded;
  }
  let value: unknown;
  try {
    value = type === "application/yaml" ? parse(body) : JSON.parse(body);
  } catch (error) {
    const unrecognized = `the object provided is unrecognized (must be of type ${resource.kind})`;
    throw badRequest(`${unrecognized}: ${jsonProblem(body, error)}`);
  }
  if (!isTree(value)) throw badRequest("the object provided is not an object");
  const scale = request.subresource === "scale";
  const kind = scale ? "Scale" : resource.kind;
  const apiVersion = scale ? "autoscaling/v1" : apiVersionOf(resource);
  if (value.kind !== undefined && value.kind !== kind) {
    throw badRequest(
      `${value.kind} in version "${value.apiVersion}" cannot be handled as a ${kind}: no kind "${value.kind}" is registered for version "${apiVersion}"`,
    );
  }
  if (value.apiVersion !== undefined && value.apiVersion !== apiVersion) {
    throw badRequest(
      `the API version in the data (${value.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  return value;
}

/** A patch document, which may be YAML when it is applied. */
export function readPatchBody(body: string, isYaml: boolean): unknown {
  try {
    return isYaml ? parse(body) : JSON.parse(body);
  } catch (error) {
    const why = error instanceof Error ? error.message : "invalid";
    throw badRequest(`error decoding patch: ${why}`);
  }
}

/** Options of a delete, from its body and its query; an empty body means the defaults. */
export function readDeleteOptions(request: ResourceRequest): Tree {
  const type = request.headers.contentType ?? "";
  const text = request.body.trim();
  const options =
    text === "" || type.includes("protobuf") ? {} : readPatchBody(text, type.includes("yaml"));
  const fromQuery = request.query.get("propagationPolicy");
  const given = isTree(options) ? options : {};
  return fromQuery ? { ...given, propagationPolicy: fromQuery } : given;
}
