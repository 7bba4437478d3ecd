import type { Of, SchemaState, ThingKind, ThingState } from "./schema-state";
import { tableNamed, thingNamed } from "./schema-state";

type ThingStep =
  | Of<"create-view">
  | Of<"drop-view">
  | Of<"create-type">
  | Of<"drop-type">
  | Of<"rename-type">
  | Of<"add-enum-value">
  | Of<"rename-enum-value">
  | Of<"create-routine">
  | Of<"drop-routine">
  | Of<"create-trigger">
  | Of<"drop-trigger">
  | Of<"create-policy">
  | Of<"change-policy">
  | Of<"drop-policy">
  | Of<"create-schema">
  | Of<"drop-schema">
  | Of<"create-sequence">
  | Of<"drop-sequence">;

/** Follows views, types, routines, triggers, sequences and schemas. */
export function applyThingStep(state: SchemaState, by: ThingStep): void {
  switch (by.does) {
    case "create-view":
      make(state, "view", by.view, by, by.replaces);
      return;
    case "create-type":
      make(state, "type", by.type, by, false);
      return;
    case "create-routine":
      make(state, "routine", by.name, by, by.replaces);
      return;
    case "create-sequence":
      make(state, "sequence", by.name, by, false);
      return;
    case "create-schema":
      make(state, "schema", by.schema, by, false);
      return;
    case "create-trigger":
      make(state, "trigger", triggerName(state, by), by, false);
      return;
    case "create-policy":
    case "change-policy": {
      const name = `${by.name} on ${by.table}`;
      make(state, "policy", name, by, by.does === "change-policy");
      return;
    }
    case "drop-policy":
      drop(state, "policy", `${by.name} on ${by.table}`, by);
      return;
    case "drop-view":
      drop(state, "view", by.view, by);
      return;
    case "drop-type":
      drop(state, "type", by.type, by);
      return;
    case "drop-routine":
      drop(state, "routine", by.name, by);
      return;
    case "drop-sequence":
      drop(state, "sequence", by.name, by);
      return;
    case "drop-schema":
      drop(state, "schema", by.schema, by);
      return;
    case "drop-trigger":
      drop(state, "trigger", triggerName(state, by), by);
      return;
    case "rename-type": {
      const type = thingNamed(state, "type", by.type) ?? wasThere(state, "type", by.type);
      type.name = by.to;
      type.made = by;
      return;
    }
    case "add-enum-value":
      if (isOld(state, by.type)) make(state, "value", `${by.type}.${by.value}`, by, false);
      return;
    case "rename-enum-value": {
      if (!isOld(state, by.type)) return;
      const name = `${by.type}.${by.value}`;
      const value = thingNamed(state, "value", name) ?? wasThere(state, "value", name);
      value.name = `${by.type}.${by.to}`;
      if (value.origin !== null) value.made = by;
      return;
    }
    default:
      by satisfies never;
  }
}

function isOld(state: SchemaState, type: string): boolean {
  return thingNamed(state, "type", type)?.origin !== null;
}

/** A trigger's name is its table's own; where the statement doesn't name the table, it is looked for. */
function triggerName(
  state: SchemaState,
  { table, name }: Of<"create-trigger"> | Of<"drop-trigger">,
): string {
  if (table !== "") return `${name} on ${table}`;
  const known = state.things.find(
    (one) => one.kind === "trigger" && one.gone === null && one.name.startsWith(`${name} on `),
  );
  return known?.name ?? name;
}

function wasThere(state: SchemaState, kind: ThingKind, name: string): ThingState {
  const thing = newThing(state, kind, name, null);
  thing.origin = name;
  state.things.push(thing);
  return thing;
}

function newThing(
  state: SchemaState,
  kind: ThingKind,
  name: string,
  made: ThingStep | null,
): ThingState {
  const on = kind === "trigger" || kind === "policy" ? name.split(" on ").at(-1) : undefined;
  const table = on === undefined ? null : tableNamed(state, on);
  return { kind, origin: null, name, made, gone: null, table };
}

function make(
  state: SchemaState,
  kind: ThingKind,
  name: string,
  by: ThingStep,
  replaces: boolean,
): void {
  const there = thingNamed(state, kind, name);
  if (there !== null) {
    if (replaces || there.origin !== null) there.made = by;
    return;
  }
  const before = state.things.some((one) => one.kind === kind && one.origin === name);
  const thing = newThing(state, kind, name, by);
  // CREATE OR REPLACE says itself that it may have been there.
  if (replaces && !before) thing.origin = name;
  state.things.push(thing);
}

function drop(state: SchemaState, kind: ThingKind, name: string, by: ThingStep): void {
  (thingNamed(state, kind, name) ?? wasThere(state, kind, name)).gone = by;
}
