import type { Blocker, Warning } from "@/lib/contracts/lever";
import type { SchemaReport } from "@/lib/contracts/schema-judgement";
import { counted } from "./say";

/** How what would come back is called: "Checkout 23", "23", and its migrations: "since 23". */
export type Returning = { whole: string; short: string; since: string };

/** One sentence for the lever. `bringer` names the pull request that brought a file: "#412". */
export function schemaSentence(
  report: Pick<SchemaReport, "verdict" | "class" | "findings" | "paths">,
  returning: Returning,
  about: {
    where: string;
    isGuessed: boolean;
    /** What somebody took back by hand isn't counted. */
    isWithout: boolean;
    bringer: (path: string) => string | null;
  },
): string {
  const { verdict, findings, paths } = report;
  const { whole, short, since } = returning;
  const [first] = findings;
  const more = findings.filter((one) => one.verdict === verdict).length - 1;
  const others =
    more > 0
      ? ` ${more === 1 ? "One more statement stands" : `${more} more statements stand`} below.`
      : "";
  const because = first ? ` ${leadOf(first.path, about.bringer)}: ${first.sentence}` : "";
  switch (verdict) {
    case "incompatible":
      return `${whole} can’t run on today’s schema.${because}${others}`;
    case "unknown":
      return `Whether ${whole} runs on today’s schema isn’t known.${because}${others}`;
    case "compatible": {
      if (paths.length === 0) {
        const looked = about.isGuessed
          ? ` (looked for by their tools’ layouts ${about.where})`
          : "";
        const without = about.isWithout ? "without what was taken back, " : "";
        return `${without}no migration lies between ${short} and today’s schema${looked}`;
      }
      const kind =
        report.class === "SAFE" || report.class === "LOCK_ONLY"
          ? paths.length === 1
            ? "and it only adds"
            : "all of them additive"
          : "none of which it would notice";
      return `${counted(paths.length, "migration")} ${since}, ${kind}: ${short} runs on today’s schema`;
    }
    default:
      return verdict satisfies never;
  }
}

function leadOf(path: string, bringer: (path: string) => string | null): string {
  const name = path.split("/").slice(-2).join("/");
  const brought = bringer(path);
  return brought ? `${brought} (${name})` : name;
}

export type OnLever = { blockers: Blocker[]; warnings: Warning[]; checks: string[] };

/**
 * What a report does to its lever: incompatible stands in the way until somebody types why not, unknown
 * keeps it from being recommended, compatible is a check that was passed.
 */
export function schemaOnLever(report: SchemaReport): OnLever {
  const nothing: OnLever = { blockers: [], warnings: [], checks: [] };
  switch (report.verdict) {
    case "incompatible":
      return {
        ...nothing,
        blockers: [
          {
            code: "schema-incompatible",
            sentence: `${report.version} can’t run on today’s schema: ${quoted(report)}`,
            who: "whoever may migrate the database, or you by typing why it holds all the same",
            commands: [],
            mayOverride: true,
          },
        ],
      };
    case "unknown":
      return {
        ...nothing,
        warnings: [
          {
            code: "schema-unknown",
            sentence:
              report.findings.length === 0
                ? report.sentence
                : `Whether ${report.version} runs on today’s schema isn’t known: ${quoted(report)}`,
            unsafe: true,
          },
        ],
      };
    case "compatible":
      return {
        ...nothing,
        checks: [report.sentence],
        warnings: report.migratedDown ? [takenBack(report.migratedDown)] : [],
      };
    default:
      return report.verdict satisfies never;
  }
}

/** The first statement on one line, as long as a sentence may be, and where it stands. */
function quoted({ findings, sentence }: SchemaReport): string {
  const [first] = findings;
  if (!first) return sentence;
  const text = first.statement.replaceAll(/\s+/g, " ").trim();
  if (text === "") return first.sentence;
  const name = `${first.path.split("/").slice(-2).join("/")}:${first.line}`;
  const place = first.broughtBy ? `${first.broughtBy}, ${name}` : name;
  return `“${text.length > 160 ? `${text.slice(0, 159)}…` : text}” (${place}).`;
}

function takenBack(down: NonNullable<SchemaReport["migratedDown"]>): Warning {
  return {
    code: "migrated-down",
    sentence: `${down.by} says that ${counted(down.paths.length, "migration was", "migrations were")} taken back at ${down.at.slice(11, 16)} UTC: “${down.note}”`,
    unsafe: false,
  };
}
