/**
 * 32 random hexadecimal characters to name one request by, so that sending it again does nothing
 * twice. Works on plain HTTP too, where the browser has no randomUUID.
 */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
