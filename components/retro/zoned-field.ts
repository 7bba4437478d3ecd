const two = (value: number) => String(value).padStart(2, "0");

/** A moment as a date-time field shows it in the reader's own zone: "2026-12-01T14:00". */
export function toZonedField(iso: string): string {
  const date = new Date(iso);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** And back to UTC; null when the field is empty. */
export function fromZonedField(value: string): string | null {
  if (value === "") return null;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** The reader's zone at a moment in words: "Europe/Helsinki, UTC+2". */
export function zoneInWords(iso: string | null): string {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const minutes = -(iso ? new Date(iso) : new Date()).getTimezoneOffset();
  if (minutes === 0) return name === "UTC" ? "UTC" : `${name}, UTC+0`;
  const size = Math.abs(minutes);
  const rest = size % 60 ? `:${two(size % 60)}` : "";
  return `${name}, UTC${minutes < 0 ? "−" : "+"}${Math.floor(size / 60)}${rest}`;
}
