import { arch, cpus, loadavg, release, type as system, totalmem } from "node:os";

export type Machine = {
  processor: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
  /** Of the last minute, when the run began: anything above zero is somebody else's work. */
  load: number;
};

/** The machine that the figures belong to. */
export function describeMachine(): Machine {
  const all = cpus();
  return {
    processor: `${all[0]?.model.trim() ?? "unknown"} (${arch()})`,
    cores: all.length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${system()} ${release()}`,
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}
