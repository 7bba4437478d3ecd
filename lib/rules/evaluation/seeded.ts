/** Numbers from 0 up to, not including, 1: the same for the same text, on every machine. */
export function seeded(text: string): () => number {
  let state = hashOf(text) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Hexadecimal digits that stand for a text and tell nothing about it. */
export function hexOf(text: string, digits: number): string {
  let hex = "";
  for (let round = 0; hex.length < digits; round += 1) {
    hex += (hashOf(`${round}:${text}`) >>> 0).toString(16).padStart(8, "0");
  }
  return hex.slice(0, digits);
}

/** An identifier in the ledger's form. */
export function uuidOf(text: string): string {
  const hex = hexOf(text, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** FNV-1a with a last stir, so that texts that differ in one letter are far apart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
