/**
 * Whom to ask to lead a retro: people known of late who took no part in the incident. In the order
 * given, each once, at most five. Names are compared without regard to case and space around them.
 */
export function suggestFacilitators(input: {
  known: readonly string[];
  tookPart: readonly string[];
}): string[] {
  const key = (name: string) => name.trim().toLowerCase();
  const passed = new Set(input.tookPart.map(key));
  const suggested: string[] = [];
  for (const name of input.known) {
    if (key(name) === "" || passed.has(key(name))) continue;
    passed.add(key(name));
    suggested.push(name.trim());
  }
  return suggested.slice(0, 5);
}
