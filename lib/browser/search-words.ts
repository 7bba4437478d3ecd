/** Values as a query string with its "?"; what is empty is left out. */
export function searchWords(values: Record<string, string | number | null | undefined>): string {
  const pairs = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== "") pairs.set(key, String(value));
  }
  const text = pairs.toString();
  return text ? `?${text}` : "";
}
