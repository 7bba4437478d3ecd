import type { Dialect, Step } from "./operation";
import type { Token } from "./sql-tokens";

/** Words that open a statement which no program can tell was run. */
const UNNOTICED = new Set(
  "SET USE OPTIMIZE REPAIR CHECKSUM CHECK FLUSH RESET SHOW DESCRIBE DESC EXPLAIN ANALYZE GRANT KILL LOCK UNLOCK DEALLOCATE REINDEX VACUUM PRAGMA DETACH BEGIN START COMMIT ROLLBACK END XA HELP CACHE BINLOG PURGE".split(
    " ",
  ),
);

/**
 * Statements of MySQL and SQLite that their parser doesn't know, by the words that they are made of.
 * Null when these don't tell either.
 */
export function readByWords(tokens: readonly Token[], dialect: Dialect): Step[] | null {
  const words = new Words(tokens, dialect);
  const [first = "", second = ""] = [words.at(0), words.at(1)];
  if (first === "PRAGMA" && words.has("WRITABLE_SCHEMA")) return null;
  if (first === "SET" && SERVER.has(second) && words.setsAny(NOTICED)) return [SERVER_SET];
  if (first === "SET" && second === "PASSWORD") {
    return [{ does: "restrict-access", object: "a user", how: "who may what changed" }];
  }
  if (first === "BEGIN" && second === "NOT") return null;
  if (UNNOTICED.has(first)) return [{ does: "nothing" }];
  switch (first) {
    case "CREATE":
      return readCreate(words);
    case "ALTER":
      return readAlter(words);
    case "DROP":
      if (second === "EVENT") return [{ does: "nothing" }];
      return second === "USER" || second === "ROLE"
        ? [{ does: "restrict-access", object: "a user", how: "a user is gone" }]
        : null;
    case "RENAME":
    case "REVOKE":
      return [{ does: "restrict-access", object: "a user", how: "who may what changed" }];
    case "LOAD":
      return [rows("insert", words.nameAfter("TABLE"), words.has("REPLACE"))];
    case "INSERT":
    case "REPLACE":
      return [
        rows("insert", words.nameAfter("INTO"), first === "REPLACE" || words.has("DUPLICATE")),
      ];
    case "UPDATE":
      return [rows("update", words.nameAfter("UPDATE"), true)];
    case "DELETE":
      return [rows("delete", words.nameAfter("FROM"), true)];
    case "PREPARE":
    case "EXECUTE":
      return [{ does: "dynamic", why: "it runs a prepared statement" }];
    case "CALL":
    case "DO":
      return [{ does: "dynamic", why: "what it calls isn't in this file" }];
    default:
      return null;
  }
}

/** SET GLOBAL and its like reach the sessions of the older version. */
const SERVER = new Set(["GLOBAL", "PERSIST"]);
const NOTICED = new Set([
  "SQL_MODE",
  "READ_ONLY",
  "SUPER_READ_ONLY",
  "TIME_ZONE",
  "TRANSACTION_ISOLATION",
  "TRANSACTION_READ_ONLY",
]);
const SERVER_SET: Step = {
  does: "restrict-access",
  object: "the server",
  how: "settings of sessions changed",
};

function rows(how: "insert" | "update" | "delete", table: string, overwrites: boolean): Step {
  return { does: "change-data", how, table, overwrites };
}

function readCreate(words: Words): Step[] | null {
  const replaces = words.at(1) === "OR";
  if (words.has("TRIGGER")) {
    const name = words.nameAfter("TRIGGER");
    const table = words.nameAfter("ON");
    const rejects = words.has("SIGNAL") || words.has("RAISE");
    return [{ does: "create-trigger", table, name, rejects }];
  }
  for (const kind of ["PROCEDURE", "FUNCTION"]) {
    if (words.has(kind)) {
      return [{ does: "create-routine", name: words.nameAfter(kind), replaces }];
    }
  }
  if (words.at(1) === "EVENT" || words.has("SCHEDULE")) {
    return [{ does: "dynamic", why: "it is run again and again, whichever version is live" }];
  }
  if (words.at(1) === "FULLTEXT" || words.at(1) === "SPATIAL") {
    const table = words.nameAfter("ON");
    const name = words.nameAfter("INDEX");
    return [{ does: "add-index", table, name, isUnique: false, columns: [] }];
  }
  if (words.at(1) === "VIRTUAL") {
    const table = words.nameAfter("TABLE");
    return [{ does: "create-table", table, columns: [], ifNotExists: words.has("EXISTS") }];
  }
  if (words.has("VIEW")) {
    return [{ does: "create-view", view: words.nameAfter("VIEW"), replaces }];
  }
  const isAccess = ["USER", "ROLE", "SERVER", "TABLESPACE"].includes(words.at(1));
  return isAccess ? [{ does: "nothing" }] : null;
}

function readAlter(words: Words): Step[] | null {
  if (words.has("VIEW")) {
    return [{ does: "create-view", view: words.nameAfter("VIEW"), replaces: true }];
  }
  switch (words.at(1)) {
    case "DATABASE":
    case "SCHEMA":
      return words.has("ONLY") && words.has("READ")
        ? [{ does: "restrict-writes", object: "the database", table: null, how: "it is read only" }]
        : [{ does: "nothing" }];
    case "PROCEDURE":
    case "FUNCTION":
    case "INSTANCE":
    case "TABLESPACE":
      return [{ does: "nothing" }];
    case "USER":
      return [{ does: "restrict-access", object: "a user", how: "who may what changed" }];
    default:
      return null;
  }
}

/** Words that open an action of ALTER TABLE about how the table is kept. */
const KEEPING = new Set(
  "ENGINE COMMENT AUTO_INCREMENT ROW_FORMAT DEFAULT CHARACTER CHARSET COLLATE ALGORITHM LOCK FORCE ORDER DISABLE ENABLE KEY_BLOCK_SIZE STATS_PERSISTENT STATS_AUTO_RECALC STATS_SAMPLE_PAGES AVG_ROW_LENGTH MAX_ROWS MIN_ROWS PACK_KEYS CHECKSUM COMPRESSION ENCRYPTION TABLESPACE WITH WITHOUT PARTITION REORGANIZE COALESCE REBUILD OPTIMIZE ANALYZE CHECK REPAIR REMOVE WAIT NOWAIT".split(
    " ",
  ),
);

/** One action of ALTER TABLE that the parser doesn't know, by its words; null when they don't tell. */
export function readActionByWords(table: string, tokens: readonly Token[]): Step[] | null {
  const words = new Words(tokens, "mysql");
  const [first, second] = [words.at(0), words.at(1)];
  switch (first) {
    case "RENAME":
      return second === "INDEX" || second === "KEY"
        ? [{ does: "rename-unseen", name: words.nameAfter(second), to: words.nameAfter("TO") }]
        : [{ does: "rename-table", table, to: words.nameAfter("RENAME") }];
    case "DROP":
      if (second === "KEY") return [{ does: "drop-index", name: words.nameAfter("KEY"), table }];
      if (second === "CHECK") {
        return [{ does: "drop-constraint", table, name: words.nameAfter("CHECK") }];
      }
      return second === "PARTITION" ? [rows("delete", table, true)] : null;
    case "TRUNCATE":
      return [{ does: "change-data", how: "truncate", table, overwrites: true }];
    case "EXCHANGE":
      return [rows("update", table, true)];
    case "ADD":
      if (second === "FULLTEXT" || second === "SPATIAL") {
        return [{ does: "add-index", table, name: null, isUnique: false, columns: [] }];
      }
      return second === "PARTITION" ? [{ does: "nothing" }] : null;
    case "CONVERT":
      return words.has("UTF8MB4")
        ? [{ does: "nothing" }]
        : [{ does: "dynamic", why: "its texts get another character set" }];
    case "ALTER":
      if (second === "INDEX") return [{ does: "nothing" }];
      if (words.has("INVISIBLE") || words.has("VISIBLE")) {
        const how = "SELECT * shows other columns";
        return [{ does: "restrict-access", object: table, how }];
      }
      if (second !== "CHECK" && second !== "CONSTRAINT") return null;
      return words.has("NOT")
        ? [{ does: "drop-constraint", table, name: words.nameAfter(second) }]
        : [
            {
              does: "restrict-writes",
              object: table,
              table,
              how: `${words.nameAfter(second)} is enforced from now on`,
            },
          ];
    case "PARTITION":
      // Only of ranges and lists can a row be outside of all.
      return words.at(2) === "HASH" || words.at(2) === "KEY" || words.at(2) === "LINEAR"
        ? [{ does: "nothing" }]
        : [{ does: "dynamic", why: "rows that no partition takes are refused" }];
    default:
      return KEEPING.has(first) ? [{ does: "nothing" }] : null;
  }
}

/** Words of a statement outside its strings. */
class Words {
  readonly tokens: readonly Token[];
  readonly dialect: Dialect;

  constructor(tokens: readonly Token[], dialect: Dialect) {
    this.tokens = tokens;
    this.dialect = dialect;
  }

  at(place: number): string {
    const token = this.tokens[place];
    return token?.kind === "word" ? token.text : "";
  }

  has(word: string): boolean {
    return this.tokens.some(({ kind, text }) => kind === "word" && text === word);
  }

  /** Whether one of these settings is given a value. */
  setsAny(names: ReadonlySet<string>): boolean {
    return this.tokens.some(
      ({ kind, text }, at) =>
        kind === "word" && names.has(text) && this.tokens[at + 1]?.text === "=",
    );
  }

  /** The name behind a word, IF [NOT] EXISTS left out: "shop.orders". */
  nameAfter(word: string): string {
    let from = this.tokens.findIndex(({ kind, text }) => kind === "word" && text === word) + 1;
    if (from === 0) return "";
    while (["IF", "NOT", "EXISTS"].includes(this.at(from))) from += 1;
    const parts = [this.written(from)];
    if (this.tokens[from + 1]?.text === ".") parts.push(this.written(from + 2));
    const name = parts.join(".");
    return this.dialect === "sqlite" ? name.toLowerCase() : name;
  }

  private written(place: number): string {
    const token = this.tokens[place];
    return token?.kind === "name" ? token.text : (token?.text.toLowerCase() ?? "");
  }
}
