/** A probability in one word and as a figure; the figure claims no more than it knows at the ends. */
export function likelihoodInWords(probability: number): { word: string; figure: string } {
  return { word: wordOf(probability), figure: percentInWords(probability) };
}

function wordOf(probability: number): string {
  if (probability >= 0.85) return "very likely";
  if (probability >= 0.5) return "likely";
  if (probability >= 0.25) return "possible";
  if (probability >= 0.05) return "unlikely";
  return "very unlikely";
}

function percentInWords(probability: number): string {
  if (probability < 0.01) return "under 1\u00a0%";
  if (probability > 0.99) return "over 99\u00a0%";
  return `${Math.round(probability * 100)}\u00a0%`;
}
