/** Where an operation stands, for the finding that quotes it. */
export type Place = {
  path: string;
  /** 1-based, of the statement's first line in the file. */
  line: number;
  /** As it stands in the file. */
  statement: string;
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
};

export type ConstraintKind = "unique" | "primary-key" | "foreign-key" | "check" | "exclusion";

/**
 * What one statement does, whatever language or dialect it was written in. Names are folded as the
 * database folds them and carry their schema when the text gives one ("billing.invoice").
 */
export type Step =
  | { does: "create-table"; table: string; columns: Column[]; ifNotExists: boolean }
  | { does: "drop-table"; table: string }
  | { does: "rename-table"; table: string; to: string }
  | { does: "add-column"; table: string; column: Column }
  | { does: "drop-column"; table: string; column: string }
  | { does: "rename-column"; table: string; column: string; to: string }
  /** `widens` is null when the text doesn't tell the type it had. */
  | {
      does: "change-type";
      table: string;
      column: string;
      to: string | null;
      widens: boolean | null;
    }
  | { does: "set-not-null"; table: string; column: string }
  | { does: "drop-not-null"; table: string; column: string }
  | { does: "set-default"; table: string; column: string }
  | { does: "drop-default"; table: string; column: string }
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
    }
  | { does: "drop-constraint"; table: string; name: string | null }
  | { does: "validate-constraint"; table: string; name: string }
  | { does: "add-index"; table: string; name: string | null; isUnique: boolean; columns: string[] }
  | { does: "drop-index"; name: string }
  /** Of anything that programs don't name in their statements: indexes, constraints, sequences. */
  | { does: "rename-unseen"; name: string; to: string }
  | { does: "create-view"; view: string; replaces: boolean }
  | { does: "drop-view"; view: string }
  | { does: "create-type"; type: string }
  | { does: "drop-type"; type: string }
  | { does: "rename-type"; type: string; to: string }
  | { does: "add-enum-value"; type: string; value: string }
  | { does: "rename-enum-value"; type: string; value: string; to: string }
  | { does: "create-routine"; name: string; replaces: boolean }
  | { does: "drop-routine"; name: string }
  | { does: "create-trigger"; table: string; name: string }
  | { does: "drop-trigger"; table: string; name: string }
  | { does: "create-schema"; schema: string }
  | { does: "drop-schema"; schema: string }
  | { does: "drop-database"; database: string }
  | { does: "create-sequence"; name: string }
  | { does: "drop-sequence"; name: string }
  /** Row security, grants taken away, partitions detached: who may see what changes. */
  | { does: "restrict-access"; object: string; how: string }
  /** `overwrites`: rows or values that were there are gone or other than before. */
  | {
      does: "change-data";
      how: "insert" | "update" | "delete" | "truncate";
      table: string;
      overwrites: boolean;
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
