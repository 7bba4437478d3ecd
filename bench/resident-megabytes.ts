import { execFileSync } from "node:child_process";

/** Resident memory of a process and all its descendants, in MB of 1,024 × 1,024 bytes, as `ps` says. */
export function residentMegabytes(pid: number): number {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,rss="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  let kilobytes = 0;
  // Children may be listed before their parents, so look until nobody is added.
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const [child = 0, parent = 0] of rows) if (family.has(parent)) family.add(child);
  }
  for (const [member = 0, , resident = 0] of rows) if (family.has(member)) kilobytes += resident;
  return kilobytes / 1_024;
}
