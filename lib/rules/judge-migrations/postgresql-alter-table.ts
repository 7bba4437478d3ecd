import type { AlterTableCmd, AlterTableStmt, ColumnDef, Node } from "libpg-query";
import { dropsFirst } from "./drops-first";
import type { Step } from "./operation";
import { calledFunctions, drawnFrom, isMadeForEach } from "./postgresql-checks";
import { isNullConstant, readColumn, readConstraint } from "./postgresql-columns";
import { relationName, typeText } from "./postgresql-names";
import { widensInPostgresql } from "./type-widening";

/** Every action of one ALTER TABLE, in the order in which they stand. */
export function readAlterTable(statement: AlterTableStmt): Step[] {
  const table = relationName(statement.relation);
  const commands = (statement.cmds ?? []).flatMap((node) =>
    "AlterTableCmd" in node ? [node.AlterTableCmd] : [],
  );
  switch (statement.objtype) {
    case "OBJECT_TABLE":
    case "OBJECT_FOREIGN_TABLE":
      return dropsFirst(commands.flatMap((command) => readCommand(table, command)));
    // Indexes, sequences: how they are kept. Views: their options and defaults.
    case "OBJECT_INDEX":
    case "OBJECT_SEQUENCE":
      return [{ does: "nothing" }];
    case "OBJECT_VIEW":
    case "OBJECT_MATVIEW":
      return commands.map(({ subtype }) =>
        subtype === "AT_ChangeOwner" || subtype === "AT_ClusterOn"
          ? { does: "nothing" }
          : { does: "create-view", view: table, replaces: true },
      );
    case "OBJECT_TYPE":
      return commands.flatMap((command) => readAttribute(table, command));
    default:
      return [{ does: "dynamic", why: "it changes an object whose use isn't known" }];
  }
}

/** ALTER TYPE … ADD ATTRIBUTE: a composite type reads like a table, but rows of it have a shape. */
function readAttribute(type: string, { subtype }: AlterTableCmd): Step[] {
  if (subtype === "AT_ChangeOwner") return [{ does: "nothing" }];
  return [
    { does: "drop-type", type },
    { does: "create-type", type },
  ];
}

function readCommand(table: string, command: AlterTableCmd): Step[] {
  const column = command.name ?? "";
  switch (command.subtype) {
    case "AT_AddColumn":
      return command.def && "ColumnDef" in command.def
        ? [
            { does: "add-column", table, column: readColumn(command.def.ColumnDef) },
            ...askingDefault(command.def.ColumnDef),
          ]
        : [];
    case "AT_DropColumn":
      return [{ does: "drop-column", table, column, ifExists: command.missing_ok === true }];
    case "AT_AlterColumnType":
      return [readType(table, column, command)];
    case "AT_SetNotNull":
      return [{ does: "set-not-null", table, column }];
    case "AT_DropNotNull":
      return [{ does: "drop-not-null", table, column }];
    case "AT_ColumnDefault":
      return [readDefault(table, column, command.def)];
    case "AT_SetExpression":
      return [{ does: "set-default", table, column }];
    case "AT_DropExpression":
      return [{ does: "drop-default", table, column }];
    case "AT_AddConstraint":
      return command.def && "Constraint" in command.def
        ? [readConstraint(table, command.def.Constraint)]
        : [];
    case "AT_DropConstraint":
      return [{ does: "drop-constraint", table, name: column }];
    case "AT_ValidateConstraint":
      return [{ does: "validate-constraint", table, name: column }];
    default:
      return readRare(table, column, command);
  }
}

function readDefault(table: string, column: string, def: Node | undefined): Step {
  if (def === undefined) return { does: "drop-default", table, column };
  if (isNullConstant(def)) return { does: "drop-default", table, column, isNull: true };
  const isAlike = !isMadeForEach(def);
  return { does: "set-default", table, column, isAlike, draws: drawnFrom(def) };
}

/** A default that asks for a setting of the session fails where nobody gave one. */
function askingDefault({ constraints = [] }: ColumnDef): Step[] {
  const asks = constraints.some(
    (one) =>
      "Constraint" in one &&
      one.Constraint.contype === "CONSTR_DEFAULT" &&
      calledFunctions(one.Constraint.raw_expr).includes("current_setting"),
  );
  const why = "its default asks for a setting that the older version may not give";
  return asks ? [{ does: "dynamic", why }] : [];
}

function readType(table: string, column: string, { def }: AlterTableCmd): Step {
  const definition = def && "ColumnDef" in def ? def.ColumnDef : undefined;
  const to = typeText(definition?.typeName);
  const isConverted = definition?.raw_default !== undefined;
  return {
    does: "change-type",
    table,
    column,
    to,
    widens: widensInPostgresql(column, to, isConverted),
  };
}

/** ALTER COLUMN … SET GENERATED ALWAYS | BY DEFAULT, and options of the sequence behind it. */
function setIdentity(table: string, column: string, def: AlterTableCmd["def"]): Step {
  const options = def && "List" in def ? (def.List.items ?? []) : [];
  const written = options.flatMap((one) => ("DefElem" in one ? [one.DefElem] : []));
  const generated = written.find(({ defname }) => defname === "generated")?.arg;
  if (written.some(({ defname }) => defname === "restart")) {
    return { does: "dynamic", why: "a sequence starts afresh: its numbers may be taken already" };
  }
  // What is given is taken; or it counts in another way.
  const isAlways =
    generated && "Integer" in generated && generated.Integer.ival === "a".charCodeAt(0);
  if (!isAlways) return { does: "nothing" };
  const how = `${column} is always made by the database: a value that is given is refused`;
  return { does: "restrict-writes", object: `${table}.${column}`, table, how };
}

function readRare(table: string, column: string, command: AlterTableCmd): Step[] {
  const { def } = command;
  switch (command.subtype) {
    case "AT_AddIdentity": {
      const isAlways =
        def !== undefined && "Constraint" in def && def.Constraint.generated_when === "a";
      const how = `${column} is always made by the database: a value that is given is refused`;
      // By default, it takes what it is given, and nobody could leave it out before.
      return isAlways
        ? [{ does: "restrict-writes", object: `${table}.${column}`, table, how }]
        : [{ does: "nothing" }];
    }
    case "AT_SetIdentity":
      return [setIdentity(table, column, def)];
    case "AT_DropIdentity": {
      const how = `${column} is no longer made by the database, and may not be left out`;
      return [{ does: "restrict-writes", object: `${table}.${column}`, table, how }];
    }
    case "AT_AlterConstraint": {
      const rule = def && "ATAlterConstraint" in def ? def.ATAlterConstraint : undefined;
      const name = rule?.conname ?? "";
      if (rule?.alterDeferrability && !rule.initdeferred) {
        const how = `${name} is checked at once where it may have waited for the end`;
        return rule.deferrable
          ? [{ does: "restrict-access", object: name, how }]
          : [{ does: "restrict-writes", object: name, table, how }];
      }
      if (!rule?.alterEnforceability) return [{ does: "nothing" }];
      return rule.is_enforced
        ? [{ does: "restrict-writes", object: name, table, how: `${name} is enforced from now on` }]
        : [{ does: "drop-constraint", table, name }];
    }
    case "AT_AttachPartition":
    case "AT_DetachPartition":
    case "AT_DetachPartitionFinalize": {
      const object = def && "PartitionCmd" in def ? relationName(def.PartitionCmd.name) : table;
      const isComing = command.subtype === "AT_AttachPartition";
      const how = isComing ? `its rows are in ${table} now` : `its rows are no longer in ${table}`;
      return [{ does: "restrict-access", object, how }];
    }
    case "AT_AddInherit":
    case "AT_DropInherit":
      return [{ does: "restrict-access", object: table, how: "what it inherits from changed" }];
    case "AT_EnableRowSecurity":
    case "AT_ForceRowSecurity": {
      const how = `${table} shows and takes only the rows that a policy allows`;
      return [{ does: "restrict-writes", object: table, table, how }];
    }
    case "AT_DisableRowSecurity":
    case "AT_NoForceRowSecurity":
      return [{ does: "restrict-access", object: table, how: "who sees its rows changed" }];
    case "AT_EnableTrig":
    case "AT_EnableAlwaysTrig":
    case "AT_EnableTrigAll":
    case "AT_EnableTrigUser":
    case "AT_EnableRule":
    case "AT_EnableAlwaysRule":
      return [{ does: "create-trigger", table, name: column || "all" }];
    case "AT_DisableTrig":
    case "AT_DisableTrigAll":
    case "AT_DisableTrigUser":
    case "AT_EnableReplicaTrig":
    case "AT_DisableRule":
    case "AT_EnableReplicaRule":
      return [{ does: "drop-trigger", table, name: column || "all" }];
    case "AT_ReplicaIdentity": {
      // Of a table that is published, rows without one can't be changed.
      const kind = def && "ReplicaIdentityStmt" in def ? def.ReplicaIdentityStmt.identity_type : "";
      const how = "its rows have no identity for replicas";
      return [kind === "n" ? { does: "restrict-access", object: table, how } : { does: "nothing" }];
    }
    // How it is stored, kept, ordered or replicated; whose it is.
    default:
      return [{ does: "nothing" }];
  }
}
