import type { PodTemplate } from "./kube-object.ts";

const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
  return `{${fields.join(",")}}`;
}

/** FNV-1a, 32 bits. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Letters and digits that can't spell a word, as generated names use them. */
export function safeEncoded(text: string): string {
  return [...text].map((char) => ALPHABET[char.charCodeAt(0) % ALPHABET.length]).join("");
}

/** A random five-letter ending, as the API server gives to `generateName`. */
export function randomSuffix(): string {
  return Array.from(
    { length: 5 },
    () => ALPHABET[Math.floor(Math.random() * ALPHABET.length)],
  ).join("");
}

/** The same text for the same template, in the shape of the real `pod-template-hash` label. */
export function podTemplateHash(template: PodTemplate, collisions = 0): string {
  const seed = collisions === 0 ? "" : `#${collisions}`;
  return safeEncoded(String(hash32(canonical(template) + seed)));
}
