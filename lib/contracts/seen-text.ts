/** Spaces and characters that nobody sees count as one: a reason is there to be read. */
export function isSeen(text: string, atLeast = 10): boolean {
  return text.replace(/[\p{C}\p{Z}]+/gu, " ").trim().length >= atLeast;
}
