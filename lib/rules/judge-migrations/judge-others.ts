import type { SchemaFinding } from "@/lib/contracts/schema-judgement";
import { finding } from "./finding";
import type { Operation } from "./operation";
import { isNew, type Of, type SchemaState, type ThingState } from "./schema-state";

/** Views, types, routines, triggers, sequences and schemas; rows; who may what; what can't be read. */
export function judgeOthers(state: SchemaState): SchemaFinding[] {
  return [
    ...state.things.flatMap((thing) => judgeThing(thing, state)),
    ...[...state.droppedIndexes.values()].map((by) =>
      finding("drop-index", by, "The older version finds the same rows without the index."),
    ),
    ...state.others.flatMap((other) => judgeOther(other, state)),
  ];
}

function judgeThing(thing: ThingState, state: SchemaState): SchemaFinding[] {
  const { kind, origin, name, made, gone } = thing;
  if (origin === null) return gone === null && made !== null ? judgeMade(thing, state) : [];
  const isAway = gone !== null || name !== origin;
  const by = gone ?? made;
  if (by === null) return [];
  const inPlace = state.things.find(
    (one) => one !== thing && one.kind === kind && one.gone === null && one.name === origin,
  );
  switch (kind) {
    case "view":
    case "routine":
    case "type":
    case "sequence": {
      // A type that was renamed there and back.
      if (!isAway && kind === "type") return [];
      if (gone !== null && inPlace?.made && takesOthers(gone, inPlace.made)) {
        const sentence = `${origin} takes another number of arguments now: calls of the older version find nothing.`;
        return [finding("drop-routine", gone, sentence)];
      }
      if (!isAway || inPlace) {
        const sentence = `${origin} was written anew: the older version may get something else from it.`;
        return [finding(`redefine-${kind}`, inPlace?.made ?? by, sentence)];
      }
      if (kind === "view" && state.tables.some((one) => one.gone === null && one.name === origin)) {
        const sentence = `${origin} is a table now: the older version may get something else from it.`;
        return [finding("redefine-view", by, sentence)];
      }
      if (kind === "routine" && state.things.some((one) => one.kind === "trigger" && one.gone)) {
        // Dropped along with a trigger, it is the trigger's.
        const sentence = `${origin} is gone; if more than the dropped trigger called it, statements of the older version fail.`;
        return [finding("redefine-routine", by, sentence)];
      }
      if (kind === "type" && gone === null) {
        const sentence = `The older version calls the type ${origin}, which is called ${name} now: statements that name it fail.`;
        return [finding("rename-type", by, sentence)];
      }
      const sentence = `The older version may use ${origin}, which is gone: statements that name it fail.`;
      return [finding(`drop-${kind}`, by, sentence)];
    }
    case "schema": {
      if (!isAway) return [];
      const sentence = `Whatever the older version uses in ${origin} is gone: its statements fail.`;
      return [finding("drop-schema", by, sentence)];
    }
    case "trigger": {
      if (isNew(state, thing.table)) return [];
      const sentence = inPlace
        ? `The trigger ${origin} was written anew: rows that the older version writes may become something else.`
        : `The trigger ${origin} is gone: what it did for rows of the older version is done no more.`;
      return [finding("drop-trigger", inPlace?.made ?? by, sentence)];
    }
    case "policy": {
      if (isNew(state, thing.table)) return [];
      if (!isAway || inPlace) {
        const sentence = `The policy ${origin} was written anew: the older version may see and write other rows.`;
        return [finding("redefine-policy", inPlace?.made ?? by, sentence)];
      }
      const sentence = `The policy ${origin} is gone: rows that it let the older version see and write are refused.`;
      return [finding("drop-policy", by, sentence)];
    }
    case "value": {
      if (!isAway) return [];
      const sentence = `The older version writes and looks for ${origin}, which has another name now: its statements fail.`;
      return [finding("rename-enum-value", by, sentence)];
    }
    default:
      return kind satisfies never;
  }
}

/** A routine that can't be called any more as the dropped one was. */
function takesOthers(gone: Operation, made: Operation): boolean {
  if (gone.does !== "drop-routine" || made.does !== "create-routine") return false;
  if (gone.takes === undefined || made.takes === undefined) return false;
  return gone.takes < made.takes.least || gone.takes > made.takes.most;
}

function judgeMade({ kind, name, made, table }: ThingState, state: SchemaState): SchemaFinding[] {
  // It stands where another stood: that one's finding tells.
  if (made === null || state.things.some((one) => one.kind === kind && one.origin === name)) {
    return [];
  }
  switch (kind) {
    case "view": {
      const isForTable = state.tables.some(
        ({ origin, gone, moved }) => origin === name && (gone !== null || moved !== null),
      );
      return isForTable ? [] : [unknownToIt("add-view", name, made)];
    }
    case "type":
    case "routine":
    case "sequence":
    case "schema":
      return [unknownToIt(`add-${kind}`, name, made)];
    case "trigger":
      if (isNew(state, table) || made.does !== "create-trigger") return [];
      return [judgeTrigger(made, state)];
    case "policy":
      if (isNew(state, table) || made.does !== "create-policy") return [];
      if (made.asks && !made.narrows) {
        const sentence = `The policy ${name} asks for a setting that the older version may not give.`;
        return [finding("redefine-policy", made, sentence)];
      }
      return made.narrows
        ? [
            finding(
              "narrow-policy",
              made,
              `The policy ${name} must allow what the older version reads and writes, too.`,
            ),
          ]
        : [finding("add-policy", made, `The policy ${name} lets more through than before.`)];
    case "value": {
      const sentence = `The older version may read ${name}, a value it doesn't know.`;
      return [finding("add-enum-value", made, sentence)];
    }
    default:
      return kind satisfies never;
  }
}

function unknownToIt(
  rule: "add-view" | "add-type" | "add-routine" | "add-sequence" | "add-schema",
  name: string,
  by: NonNullable<ThingState["made"]>,
): SchemaFinding {
  return finding(rule, by, `The older version doesn't know ${name} and leaves it alone.`);
}

function judgeTrigger(by: Of<"create-trigger">, state: SchemaState): SchemaFinding {
  const rejects =
    by.rejects === true ||
    state.things.some(
      ({ kind, gone, made, name }) =>
        kind === "routine" &&
        gone === null &&
        name === by.routine &&
        made?.does === "create-routine" &&
        made.rejects === true,
    );
  return rejects
    ? finding(
        "rejecting-trigger",
        by,
        `The trigger ${by.name} refuses some rows of ${by.table}, maybe those of the older version.`,
      )
    : finding(
        "trigger",
        by,
        `The trigger ${by.name} acts on rows of ${by.table} that the older version writes.`,
      );
}

function judgeOther(
  { by, table, isOnNewColumns }: SchemaState["others"][number],
  state: SchemaState,
): SchemaFinding[] {
  // On a table that the migrations made: no row and no rule of it concerns the older version.
  if (isNew(state, table)) return [];
  switch (by.does) {
    case "change-data":
      return [judgeRows(by, isOnNewColumns)];
    case "restrict-access":
      if (isNewThing(state, by.object)) return [];
      return [finding("restrict-access", by, `${capital(by.how)} (${by.object}).`)];
    case "restrict-writes": {
      const sentence = `Writes of the older version may be refused: ${by.how}.`;
      return isNewThing(state, by.object) ? [] : [finding("restrict-writes", by, sentence)];
    }
    case "validate-constraint": {
      const sentence = `${by.name} was enforced for new rows already; the older version notices nothing.`;
      return [finding("validate-constraint", by, sentence)];
    }
    case "drop-database": {
      const sentence = `The database ${by.database} is gone: the older version finds nothing.`;
      return [finding("drop-database", by, sentence)];
    }
    case "keep-both":
      return by.isCompleted
        ? [
            finding(
              "keep-both-completed",
              by,
              "The older schema is no longer kept beside the new one.",
            ),
          ]
        : [
            finding(
              "keep-both",
              by,
              "The older schema is kept beside the new one until it is completed.",
            ),
          ];
    case "dynamic":
      return [finding("dynamic", by, `What it does can't be told from its text: ${by.why}.`)];
    case "unreadable":
      return [finding("unreadable", by, `It can't be read: ${by.why}.`)];
    default:
      return [];
  }
}

/** Made by the migrations, and of no concern for a table that was there: no column of one has it as its type. */
function isNewThing(state: SchemaState, object: string): boolean {
  const isUsed = state.tables.some(
    ({ origin, columns }) => origin !== null && columns.some((one) => one.column?.type === object),
  );
  if (isUsed) return false;
  return state.things.some(
    ({ name, origin, gone }) => name === object && origin === null && gone === null,
  );
}

function judgeRows(by: Of<"change-data">, isOnNewColumns: boolean): SchemaFinding {
  switch (by.how) {
    case "truncate":
      return finding("truncate", by, `All rows of ${by.table} are gone, whichever version looks.`);
    case "delete":
      return finding("delete-rows", by, `Rows of ${by.table} are gone, whichever version looks.`);
    case "update":
      return isOnNewColumns
        ? finding(
            "fill-new-columns",
            by,
            `It fills columns of ${by.table} that the older version doesn't know; only the rows tell what else it sets off.`,
          )
        : finding(
            "overwrite-rows",
            by,
            `Values in ${by.table} are other than the older version left them.`,
          );
    case "insert":
      return by.overwrites
        ? finding("overwrite-rows", by, `Rows of ${by.table} may be overwritten.`)
        : finding(
            "insert-rows",
            by,
            `The older version may read rows of ${by.table} it doesn't expect.`,
          );
    default:
      return by.how satisfies never;
  }
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
