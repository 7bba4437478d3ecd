/** Databases whose statements are read. */
export type Dialect = "postgresql" | "mysql" | "sqlite";

/** Where an operation stands, for the finding that quotes it. */
export type Place = {
  path: string;
  /** 1-based, of the statement's first line in the file. */
  line: number;
  /** As it stands in the file. */
  statement: string;
  /** Schemas in which names without one are looked for, where the file says so itself. */
  searchPath?: string[];
};

/** A column as it is added or as a table is made with it. */
export type Column = {
  name: string;
  /** Null when the text doesn't say. */
  type: string | null;
  isNotNull: boolean;
  /** Filled in by the database when an INSERT leaves it out: a default, an identity, an expression. */
  isFilled: boolean;
  /** Constraints that stand with the column. */
  constraints: ConstraintKind[];
  /** Its default is one value for every row, as against a number or an identifier made for each. */
  isFilledAlike?: boolean;
  /** The database works it out from other columns, which the older version writes. */
  isComputed?: boolean;
  /** Where working it out can end in an error. */
  fails?: Fallible;
  /** Its default was set once the column was there: no row has shown that it passes the column's rules. */
  isFilledLater?: boolean;
  /** DEFAULT NULL is written: a default of its type doesn't count. */
  isDefaultNull?: boolean;
  /** Functions and sequences that its default calls. */
  draws?: string[];
  /** What its type, a domain, says of every column. */
  domain?: Domain;
  /** What CHECKs beside it demand, where that could be read. */
  checks?: Check[];
};

/** `refusesNull`: it takes no NULL. `fills`: it has a default. */
export type Domain = { refusesNull: boolean; fills: boolean };

/** An expression that some values can't be put through: these columns', surely or maybe. */
export type Fallible = { columns: string[]; isSure: boolean };

export type ConstraintKind = "unique" | "primary-key" | "foreign-key" | "check" | "exclusion";

/**
 * What a condition comes to when columns are null, which is what an older program leaves in columns
 * that it doesn't know. "strict": null as soon as one of the columns is null, else true or false.
 */
export type Check =
  | { is: "constant"; value: boolean | null }
  | { is: "null-test"; column: string; isNull: boolean }
  | { is: "strict"; columns: string[] }
  | { is: "and" | "or"; parts: Check[] }
  | { is: "not"; part: Check }
  /** Nobody can tell from the text. */
  | { is: "any" };

/**
 * What one statement does, whatever language or dialect it was written in. Names are folded as the
 * database folds them and carry their schema when the text gives one ("billing.invoice").
 */
export type Step =
  | {
      does: "create-table";
      table: string;
      columns: Column[];
      ifNotExists: boolean;
      /** The table of which it is a part: what is written there may go here. */
      partitionOf?: string;
    }
  /** `ifExists`: it may never have been there. */
  | { does: "drop-table"; table: string; ifExists?: boolean }
  | { does: "rename-table"; table: string; to: string }
  | { does: "add-column"; table: string; column: Column }
  | { does: "drop-column"; table: string; column: string; ifExists?: boolean }
  | { does: "rename-column"; table: string; column: string; to: string }
  /** `widens` is null when the text doesn't tell the type it had. */
  | {
      does: "change-type";
      table: string;
      column: string;
      to: string | null;
      widens: boolean | null;
      /** To a type of the same name that was made anew beside the old one. */
      isOfSameName?: boolean;
    }
  /** The column's whole definition, written anew (MySQL): what of it is new, the text doesn't tell. */
  | { does: "redefine-column"; table: string; column: Column; widens: boolean | null }
  | { does: "set-not-null"; table: string; column: string }
  | { does: "drop-not-null"; table: string; column: string }
  /** `isAlike`: one value for every row; so it is taken to be where nothing is said. */
  | { does: "set-default"; table: string; column: string; isAlike?: boolean; draws?: string[] }
  /** `isNull`: SET DEFAULT NULL. */
  | { does: "drop-default"; table: string; column: string; isNull?: boolean }
  | {
      does: "add-constraint";
      table: string;
      name: string | null;
      kind: ConstraintKind;
      columns: string[];
      /** Enforced for new rows all the same. */
      isNotValid: boolean;
      /** CHECK (x IS NOT NULL) and the like. */
      text: string | null;
      /** The same, read. */
      check?: Check;
      /** An index that stands already and makes the constraint. */
      usingIndex?: string | null;
      /** Two rows without a value are alike too. */
      nullsAreAlike?: boolean;
    }
  | { does: "drop-constraint"; table: string; name: string | null }
  | { does: "validate-constraint"; table: string; name: string }
  | {
      does: "add-index";
      table: string;
      name: string | null;
      isUnique: boolean;
      columns: string[];
      /** Of a partial index: the rows that it holds. */
      where?: Check;
      nullsAreAlike?: boolean;
      /** Where working out what it holds can end in an error. */
      fails?: Fallible;
    }
  /** `table` where index names are a table's own (MySQL). */
  | { does: "drop-index"; name: string; table?: string }
  /** Of anything that programs don't name in their statements: indexes, constraints, sequences. */
  | { does: "rename-unseen"; name: string; to: string }
  /** `shows`: the one table of which it shows all columns and all rows. */
  | { does: "create-view"; view: string; replaces: boolean; shows?: string }
  | { does: "drop-view"; view: string }
  /** `base`: of a domain, the type that it is made from, which may be one itself. */
  | { does: "create-type"; type: string; domain?: Domain & { base: string | null } }
  | { does: "drop-type"; type: string }
  | { does: "rename-type"; type: string; to: string }
  | { does: "add-enum-value"; type: string; value: string }
  | { does: "rename-enum-value"; type: string; value: string; to: string }
  /** `rejects`: it raises an error for some rows. */
  | {
      does: "create-routine";
      name: string;
      replaces: boolean;
      rejects?: boolean;
      /** How many arguments it must and may be given. */
      takes?: { least: number; most: number };
    }
  /** `takes`: how many arguments it had, where the statement says so. */
  | { does: "drop-routine"; name: string; takes?: number; cascades?: boolean }
  /** `routine`: what it runs, when that is made elsewhere. */
  | {
      does: "create-trigger";
      table: string;
      name: string;
      routine?: string;
      rejects?: boolean;
    }
  /** `table` is empty where the statement doesn't name it. */
  | { does: "drop-trigger"; table: string; name: string }
  | { does: "create-schema"; schema: string }
  | { does: "drop-schema"; schema: string }
  | { does: "drop-database"; database: string }
  | { does: "create-sequence"; name: string }
  /** `cascades`: defaults that draw from it are gone, too. */
  | { does: "drop-sequence"; name: string; cascades?: boolean }
  /** Row security, grants taken away, partitions detached: who may see what changes. */
  | { does: "restrict-access"; object: string; how: string }
  /** Who may see and write which rows. `narrows`: all such policies must allow it, not one of them. */
  | {
      does: "create-policy";
      table: string;
      name: string;
      narrows: boolean;
      /** It asks for a setting of the session, which fails where nobody gave one. */
      asks?: boolean;
    }
  | { does: "change-policy"; table: string; name: string }
  | { does: "drop-policy"; table: string; name: string }
  /** Values that were taken may be rejected: a domain made narrower, an identity always generated. */
  | { does: "restrict-writes"; object: string; table: string | null; how: string }
  /** `overwrites`: rows or values that were there are gone or other than before. */
  | {
      does: "change-data";
      how: "insert" | "update" | "delete" | "truncate";
      table: string;
      overwrites: boolean;
      /** Columns that are written, where the statement names them. */
      columns?: string[];
      /** The table that the rows are copied from, when it is one. */
      from?: string;
    }
  /** Expand and contract by a tool that keeps both schemas alive until it is completed (pgroll). */
  | { does: "keep-both"; isCompleted: boolean }
  /** Made by a program as it runs: nobody can tell from the text. */
  | { does: "dynamic"; why: string }
  /** No parser could read it. */
  | { does: "unreadable"; why: string }
  /** Nothing that an application could notice: settings, comments, locks, statistics, extensions. */
  | { does: "nothing" };

export type Operation = Place & Step;

/** What a reader makes of one file: the steps that go up, and those it gives for going down. */
export type ReadMigration = {
  path: string;
  up: Operation[];
  /** Null when the file says nothing about the way down. */
  down: Operation[] | null;
};
