/** A file that holds both ways, split at its tool's marker lines. Both parts keep every line's number. */
export type TwoWays = { up: string; down: string | null };

/**
 * Splits one file into the way up and the way down. `markers` names the lines that begin each; a line
 * that begins neither belongs to what began last. What stands before the first marker is neither.
 */
function split(
  content: string,
  isUp: (line: string) => boolean,
  isDown: (line: string) => boolean,
): TwoWays {
  const lines = content.split("\n");
  let now: "neither" | "up" | "down" = "neither";
  let hasDown = false;
  const ways = lines.map((line) => {
    if (isUp(line)) now = "up";
    if (isDown(line)) {
      now = "down";
      hasDown = true;
    }
    return now;
  });
  const only = (way: "up" | "down") =>
    lines.map((line, at) => (ways[at] === way ? line : "")).join("\n");
  return { up: only("up"), down: hasDown ? only("down") : null };
}

/** "-- +goose Up", "--+goose Down": the tool ignores case and the blanks around the plus sign. */
const marks = (line: string, prefix: string, word: string) => {
  const text = line.trim().toLowerCase();
  if (!text.startsWith("--")) return false;
  const words = text.slice(2).trim().split(/\s+/);
  return prefix.includes(":")
    ? words[0] === `${prefix}${word}`
    : words[0] === prefix && words[1] === word;
};

/** goose: `-- +goose Up` and `-- +goose Down` (github.com/pressly/goose, annotations). */
export function splitGoose(content: string): TwoWays | null {
  const isUp = (line: string) => marks(line, "+goose", "up");
  if (!content.split("\n").some(isUp)) return null;
  return split(content, isUp, (line) => marks(line, "+goose", "down"));
}

/** dbmate: `-- migrate:up` and `-- migrate:down`, each with options after it. */
export function splitDbmate(content: string): TwoWays | null {
  const isUp = (line: string) => marks(line, "migrate:", "up");
  if (!content.split("\n").some(isUp)) return null;
  return split(content, isUp, (line) => marks(line, "migrate:", "down"));
}

/** sql-migrate: `-- +migrate Up` and `-- +migrate Down`. */
export function splitSqlMigrate(content: string): TwoWays | null {
  const isUp = (line: string) => marks(line, "+migrate", "up");
  if (!content.split("\n").some(isUp)) return null;
  return split(content, isUp, (line) => marks(line, "+migrate", "down"));
}

/** Liquibase's formatted SQL: what takes a change set back stands behind `--rollback`, line by line. */
export function splitLiquibase(content: string): TwoWays | null {
  const words = (line: string) =>
    line
      .trim()
      .replace(/^--\s*/, "-- ")
      .split(/\s+/);
  const first = content.split("\n").find((line) => line.trim() !== "") ?? "";
  const [dashes, name, kind] = words(first.toLowerCase());
  if (dashes !== "--" || name !== "liquibase" || kind !== "formatted") return null;
  const lines = content.split("\n");
  const isRollback = (line: string) =>
    line.trim().startsWith("--") && words(line)[1]?.toLowerCase() === "rollback";
  const back = lines.map((line) => (isRollback(line) ? words(line).slice(2).join(" ") : ""));
  return { up: content, down: back.some((line) => line !== "") ? back.join("\n") : null };
}
