import { sameValue } from "./same-value.ts";
import { badRequest, patchRejected } from "./status-error.ts";

type Operation = { op: string; path: string; from?: string; value?: unknown };

const MAX_OPERATIONS = 10_000;

function pointer(path: unknown): string[] {
  if (typeof path !== "string" || (path !== "" && !path.startsWith("/"))) throw patchRejected();
  if (path === "") return [];
  const steps = path.slice(1).split("/");
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function indexOf(step: string, length: number): number {
  if (!/^(0|[1-9]\d*)$/.test(step)) throw patchRejected();
  const index = Number(step);
  if (index >= length) throw patchRejected();
  return index;
}

function read(document: unknown, steps: string[]): unknown {
  let value = document;
  for (const step of steps) {
    if (Array.isArray(value)) value = value[indexOf(step, value.length)];
    else if (typeof value === "object" && value !== null) value = Reflect.get(value, step);
    else throw patchRejected();
  }
  return value;
}

type Edit = { kind: "add" | "replace"; value: unknown } | { kind: "remove" };

function editArray(list: unknown[], step: string, edit: Edit): unknown[] {
  if (edit.kind === "add") {
    const index = step === "-" ? list.length : indexOf(step, list.length + 1);
    return list.toSpliced(index, 0, edit.value);
  }
  const index = indexOf(step, list.length);
  return edit.kind === "remove" ? list.toSpliced(index, 1) : list.with(index, edit.value);
}

function editRecord(record: object, step: string, edit: Edit): object {
  if (edit.kind !== "add" && !Object.hasOwn(record, step)) throw patchRejected();
  const copy: Record<string, unknown> = { ...record };
  if (edit.kind === "remove") delete copy[step];
  else copy[step] = edit.value;
  return copy;
}

/** A copy of the document with one place edited; everything beside the path is shared. */
function write(document: unknown, steps: string[], edit: Edit): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) {
    if (edit.kind === "remove") throw patchRejected();
    return edit.value;
  }
  const isLast = rest.length === 0;
  if (Array.isArray(document)) {
    if (isLast) return editArray(document, step, edit);
    const index = indexOf(step, document.length);
    return document.with(index, write(document[index], rest, edit));
  }
  if (typeof document !== "object" || document === null) throw patchRejected();
  if (isLast) return editRecord(document, step, edit);
  if (!Object.hasOwn(document, step)) throw patchRejected();
  return { ...document, [step]: write(Reflect.get(document, step), rest, edit) };
}

function applyOne(document: unknown, operation: Operation): unknown {
  const steps = pointer(operation.path);
  switch (operation.op) {
    case "test":
      // A missing place equals null, as in the library the real server uses.
      if (!sameValue(read(document, steps) ?? null, operation.value ?? null)) throw patchRejected();
      return document;
    case "add":
    case "replace":
      return write(document, steps, { kind: operation.op, value: operation.value });
    case "remove":
      return write(document, steps, { kind: "remove" });
    case "move":
    case "copy": {
      const from = pointer(operation.from);
      const value = read(document, from);
      if (value === undefined) throw patchRejected();
      const rest = operation.op === "move" ? write(document, from, { kind: "remove" }) : document;
      return write(rest, steps, { kind: "add", value });
    }
    default:
      throw patchRejected();
  }
}

function isOperation(value: unknown): value is Operation {
  return typeof value === "object" && value !== null && "op" in value && "path" in value;
}

/** Applies an RFC 6902 patch; any failing operation, `test` included, rejects it as a whole. */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw badRequest("error decoding patch: json: cannot unmarshal object into Go value");
  }
  if (patch.length > MAX_OPERATIONS) {
    throw badRequest(`The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}`);
  }
  return patch.reduce<unknown>((current, operation: unknown) => {
    if (!isOperation(operation)) throw patchRejected();
    return applyOne(current, operation);
  }, document);
}
