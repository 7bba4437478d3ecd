import type { CreateDomainStmt, GrantStmt, Node } from "libpg-query";
import { checkOutcomes } from "./check-outcomes";
import type { Step } from "./operation";
import { readAlterTable } from "./postgresql-alter-table";
import { calledFunctions, readCheck } from "./postgresql-checks";
import { isNullConstant } from "./postgresql-columns";
import { readDataStatement } from "./postgresql-data";
import { readDrop } from "./postgresql-drop";
import { listName, objectName, relationName, strings, typeText } from "./postgresql-names";
import { readRename, readSchemaMove } from "./postgresql-rename";
import { readDefinition } from "./postgresql-tables";

/** What one parsed statement of PostgreSQL does. Blocks and routines are read by readBlock. */
export function readPostgresqlStatement(node: Node): Step[] {
  if ("AlterTableStmt" in node) return readAlterTable(node.AlterTableStmt);
  if ("DropStmt" in node) return readDrop(node.DropStmt);
  if ("RenameStmt" in node) return readRename(node.RenameStmt);
  if ("AlterObjectSchemaStmt" in node) return readSchemaMove(node.AlterObjectSchemaStmt);
  return readDefinition(node) ?? readDataStatement(node) ?? readType(node) ?? readRest(node);
}

function readType(node: Node): Step[] | null {
  if ("AlterEnumStmt" in node) {
    const { typeName, oldVal, newVal = "" } = node.AlterEnumStmt;
    const type = listName(typeName);
    return oldVal === undefined
      ? [{ does: "add-enum-value", type, value: newVal }]
      : [{ does: "rename-enum-value", type, value: oldVal, to: newVal }];
  }
  if ("AlterDomainStmt" in node) {
    const { subtype, typeName } = node.AlterDomainStmt;
    const domain = listName(typeName);
    switch (subtype) {
      // A constraint; NOT NULL.
      case "C":
      case "O": {
        const how = `the domain ${domain} takes fewer values`;
        return [{ does: "restrict-writes", object: domain, table: null, how }];
      }
      // A default, set or dropped; NULLs allowed.
      case "T":
      case "N": {
        const how = `the domain ${domain} gives other values`;
        return [{ does: "restrict-access", object: domain, how }];
      }
      default:
        return [{ does: "nothing" }];
    }
  }
  if ("CompositeTypeStmt" in node) {
    return [{ does: "create-type", type: relationName(node.CompositeTypeStmt.typevar) }];
  }
  if ("CreateEnumStmt" in node) {
    return [{ does: "create-type", type: listName(node.CreateEnumStmt.typeName) }];
  }
  if ("CreateRangeStmt" in node) {
    return [{ does: "create-type", type: listName(node.CreateRangeStmt.typeName) }];
  }
  if ("CreateDomainStmt" in node) {
    return [readDomain(node.CreateDomainStmt)];
  }
  if ("DefineStmt" in node) {
    const { kind, defnames, replace } = node.DefineStmt;
    const name = listName(defnames);
    return kind === "OBJECT_TYPE"
      ? [{ does: "create-type", type: name }]
      : [{ does: "create-routine", name, replaces: replace === true }];
  }
  return null;
}

function readDomain({ domainname, typeName, constraints = [] }: CreateDomainStmt): Step {
  const rules = constraints.flatMap((one) => ("Constraint" in one ? [one.Constraint] : []));
  const refusesNull = rules.some(
    ({ contype, raw_expr }) =>
      contype === "CONSTR_NOTNULL" ||
      (contype === "CONSTR_CHECK" && checkOutcomes(readCheck(raw_expr), () => true).has("false")),
  );
  const fills = rules.some(
    ({ contype, raw_expr }) =>
      contype === "CONSTR_DEFAULT" && raw_expr !== undefined && !isNullConstant(raw_expr),
  );
  const domain = { refusesNull, fills, base: typeText(typeName) };
  return { does: "create-type", type: listName(domainname), domain };
}

/** Statements that no program can tell were run: settings, locks, upkeep, comments, who may more. */
const UNNOTICED = new Set(
  [
    "VariableSetStmt VariableShowStmt TransactionStmt ConstraintsSetStmt LockStmt CommentStmt",
    "SecLabelStmt VacuumStmt ClusterStmt ReindexStmt CheckPointStmt DiscardStmt",
    "RefreshMatViewStmt CreateStatsStmt AlterStatsStmt CreateExtensionStmt AlterOwnerStmt",
    "CreateRoleStmt CreateTableSpaceStmt CreatePublicationStmt CreateAmStmt CreateOpClassStmt",
    "CreateOpFamilyStmt AlterOpFamilyStmt AlterObjectDependsStmt NotifyStmt",
    "ListenStmt UnlistenStmt CreateForeignServerStmt CreateFdwStmt CreateUserMappingStmt",
    "ReassignOwnedStmt CreatePLangStmt LoadStmt CreateConversionStmt CreateTransformStmt",
    "ReplicaIdentityStmt AlterExtensionContentsStmt AlterTableMoveAllStmt CreatedbStmt",
    "AlterDatabaseRefreshCollStmt AlterCollationStmt DeallocateStmt AlterTSDictionaryStmt",
  ].flatMap((line) => line.split(" ")),
);

/** A right that everybody had is mostly taken away for tidiness; one that a role had, from that role. */
function readGrant({ is_grant, objects = [], grantees = [] }: GrantStmt): Step[] {
  if (is_grant) return [{ does: "nothing" }];
  const isFromRole = grantees.some(
    (one) => "RoleSpec" in one && one.RoleSpec.roletype === "ROLESPEC_CSTRING",
  );
  const how = isFromRole
    ? "a right was taken away from a role"
    : "a right was taken away from everybody";
  if (objects.length === 0) return [takenAway(how, null)];
  return objects.map((one) => {
    const object = objectName(one);
    if (!isFromRole) return { does: "restrict-access", object, how };
    return takenAway(how, "RangeVar" in one ? object : null, object);
  });
}

function takenAway(how: string, table: string | null, object = "a role"): Step {
  return { does: "restrict-writes", object, table, how };
}

/** Settings a function runs with, and whose rights it has; the rest is for the planner. */
const CHANGING = new Set(["set", "security", "strict"]);

function readRest(node: Node): Step[] {
  const [kind = ""] = Object.keys(node);
  if ("ExplainStmt" in node) {
    const { query, options = [] } = node.ExplainStmt;
    const runs = options.some((one) => "DefElem" in one && one.DefElem.defname === "analyze");
    return runs && query ? readPostgresqlStatement(query) : [{ does: "nothing" }];
  }
  if ("AlterFunctionStmt" in node) {
    const { func, actions = [] } = node.AlterFunctionStmt;
    const name = listName(func?.objname);
    const changes = actions.some(
      (one) => "DefElem" in one && CHANGING.has(one.DefElem.defname ?? ""),
    );
    return [changes ? { does: "create-routine", name, replaces: true } : { does: "nothing" }];
  }
  if (UNNOTICED.has(kind)) return [{ does: "nothing" }];
  if ("GrantStmt" in node) {
    return readGrant(node.GrantStmt);
  }
  if ("GrantRoleStmt" in node) {
    return node.GrantRoleStmt.is_grant
      ? [{ does: "nothing" }]
      : [takenAway("a role was taken away from another", null)];
  }
  // About what is made later, which the older version doesn't know.
  if ("AlterDefaultPrivilegesStmt" in node) return [{ does: "nothing" }];
  if ("CreatePolicyStmt" in node) {
    const { table, policy_name: name = "", permissive, qual, with_check } = node.CreatePolicyStmt;
    const narrows = permissive !== true;
    const asks = calledFunctions([qual, with_check]).includes("current_setting");
    const on = relationName(table);
    return [{ does: "create-policy", table: on, name, narrows, ...(asks ? { asks } : {}) }];
  }
  if ("AlterPolicyStmt" in node) {
    const { table, policy_name: name = "" } = node.AlterPolicyStmt;
    return [{ does: "change-policy", table: relationName(table), name }];
  }
  if ("DropRoleStmt" in node || "DropOwnedStmt" in node) {
    return [takenAway("a role, or what it may, is gone", null)];
  }
  if ("AlterRoleStmt" in node) {
    const isShutOut = (node.AlterRoleStmt.options ?? []).some(
      (one) =>
        "DefElem" in one &&
        one.DefElem.defname === "canlogin" &&
        one.DefElem.arg !== undefined &&
        "Boolean" in one.DefElem.arg &&
        one.DefElem.arg.Boolean.boolval !== true,
    );
    if (isShutOut) return [takenAway("a role may no longer log in", null)];
  }
  if ("AlterRoleStmt" in node || "AlterRoleSetStmt" in node || "AlterDatabaseSetStmt" in node) {
    return [{ does: "restrict-access", object: "a role", how: "settings of sessions changed" }];
  }
  if ("DropdbStmt" in node) {
    return [{ does: "drop-database", database: node.DropdbStmt.dbname ?? "" }];
  }
  if ("CreateCastStmt" in node) {
    return [{ does: "create-routine", name: "a cast", replaces: false }];
  }
  if ("AlterSeqStmt" in node) {
    const options = node.AlterSeqStmt.options ?? [];
    const starts = options.some((one) => "DefElem" in one && one.DefElem.defname === "restart");
    return starts
      ? [{ does: "dynamic", why: "a sequence starts afresh: its numbers may be taken already" }]
      : [{ does: "nothing" }];
  }
  if ("AlterExtensionStmt" in node) return [{ does: "nothing" }];
  if ("CreateEventTrigStmt" in node || "AlterEventTrigStmt" in node) return [{ does: "nothing" }];
  if ("CallStmt" in node) {
    const name = strings(node.CallStmt.funccall?.funcname).join(".");
    return [{ does: "dynamic", why: `what ${name || "a procedure"} does isn't in this file` }];
  }
  if ("PrepareStmt" in node || "ExecuteStmt" in node) {
    return [{ does: "dynamic", why: "it runs a prepared statement" }];
  }
  return [
    { does: "dynamic", why: `what ${kind.replace(/Stmt$/, "")} means for programs isn't known` },
  ];
}
