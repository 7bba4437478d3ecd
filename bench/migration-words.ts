import type { MigrationMeasure, Share } from "../lib/rules/evaluation/evaluate-migrations.ts";

const VERDICTS = ["compatible", "unknown", "incompatible"] as const;

/** The figures of one part of the migration sets, as lines. */
export function migrationsInWords(name: string, measure: MigrationMeasure): string[] {
  const { confusion, dangerous } = measure;
  const threw = VERDICTS.reduce((sum, verdict) => sum + confusion[verdict].threw, 0);
  return [
    `${name}: ${measure.verdicts.n} migration sets`,
    `  verdict right                          ${whole(measure.verdicts)}`,
    `  incompatible called compatible         ${dangerous.length}${list(dangerous)}`,
    `  verdict and class right                ${whole(measure.classes)}`,
    `  decisive statement quoted              ${whole(measure.statements)}`,
    `  threw                                  ${threw}`,
    `  expected \\ given    ${VERDICTS.map((given) => given.padStart(14)).join("")}`,
    ...VERDICTS.map(
      (expected) =>
        `    ${expected.padEnd(16)}${VERDICTS.map((given) => String(confusion[expected][given]).padStart(14)).join("")}`,
    ),
    `  by dialect: ${groups(measure.byDialect)}`,
    `  by tool: ${groups(measure.byTool)}`,
  ];
}

/** What went wrong, one line a set. */
export function wrongVerdictsInWords(measure: MigrationMeasure): string[] {
  return [
    ...measure.wrong.map(
      ({ id, expected, given, because }) =>
        `  ${id.padEnd(44)} ${expected}, called ${given}: ${because}`,
    ),
    `  from another class: ${measure.otherClass.join(", ") || "none"}`,
    `  from another statement: ${measure.otherStatement.join(", ") || "none"}`,
  ];
}

function groups(shares: Record<string, Share>): string {
  return Object.entries(shares)
    .map(([name, { right, n }]) => `${name} ${right}/${n}`)
    .join(" · ");
}

function whole({ right, n, share, interval }: Share): string {
  if (share === null || interval === null) return "of nothing";
  const percent = (value: number) => (value * 100).toFixed(1);
  return `${percent(share)} % (${right}/${n}), ${percent(interval.low)}–${percent(interval.high)} %`;
}

function list(ids: string[]): string {
  return ids.length === 0 ? "" : `: ${ids.join(", ")}`;
}
