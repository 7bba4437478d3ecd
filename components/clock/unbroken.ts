const FIGURE_AND_UNIT = /(\d) (?=(?:ms|s|min|h|d|days?|%)(?![\p{L}\p{N}]))/gu;

/** A sentence whose figures keep their units beside them where the line breaks: "36 h 56 min". */
export function unbroken(sentence: string): string {
  return sentence.replace(FIGURE_AND_UNIT, "$1\u00a0");
}
