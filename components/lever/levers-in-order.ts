import type { LeverCard, LeverKind, LeverPreview } from "@/lib/contracts/lever";
import type { SchemaReport } from "@/lib/contracts/schema-judgement";

/**
 * Side by side the levers keep their places, so that a hand finds them; below one another the recommended
 * comes first and what can't be pulled here last.
 */
export function leversInOrder(card: LeverCard, isNarrow: boolean): LeverPreview[] {
  if (!isNarrow) return card.levers;
  const { lever, runnerUp } = card.recommendation;
  const placeOf = (preview: LeverPreview) => {
    if (preview.lever === lever) return 0;
    if (preview.lever === runnerUp?.lever) return 1;
    return preview.target === null ? 3 : 2;
  };
  return card.levers.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** The earlier lever that already tells the same about the schema; null when this one has news. */
export function toldUnder(preview: LeverPreview, earlier: LeverPreview[]): LeverKind | null {
  const { schema } = preview;
  if (!schema || schema.verdict === "compatible") return null;
  return earlier.find((one) => one.schema && isSame(one.schema, schema))?.lever ?? null;
}

function isSame(first: SchemaReport, second: SchemaReport): boolean {
  return tellOf(first) === tellOf(second) && second.findings.length > 0;
}

function tellOf({ verdict, findings, paths, migratedDown }: SchemaReport): string {
  const places = findings.map(({ path, line, rule }) => `${path}:${line} ${rule}`);
  return JSON.stringify([verdict, places, paths.toSorted(), migratedDown?.at ?? null]);
}
