/**
 * Of a template's changes in words, those that are configuration: not the image, and not labels and
 * annotations that only describe it.
 */
export function settingsChanged(templateChanges: string[]): string[] {
  return templateChanges.filter((line) => !/^(image|annotation|label)\b/.test(line));
}
