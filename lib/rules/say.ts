/** "registry.example/shop/checkout:v24" → "checkout:v24"; digests are cut to twelve digits. */
export function shortImage(image: string): string {
  const last = image.slice(image.lastIndexOf("/") + 1);
  return last.replace(/@sha256:([0-9a-f]{12})[0-9a-f]+$/, "@$1");
}

/** A span in words, two units at most: "48 s", "12 min", "3 h 10 min", "6 days". Milliseconds in. */
export function ageInWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** A duration to the nearest sensible unit: "0.04 s", "4 s", "1 min 50 s", "21 min". */
export function durationInWords(ms: number): string {
  if (ms < 1_000) return `${(ms / 1000).toFixed(2)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 10) return `${Math.round(seconds / 60)} min`;
  return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
}

/** "one merge", "3 merges". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `one ${one}` : `${count} ${many}`;
}
