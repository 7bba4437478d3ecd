import type { ReadinessCell } from "@/lib/contracts/recovery";

export const ready = (sentence: string): ReadinessCell => ({ state: "ready", sentence });
export const limited = (sentence: string): ReadinessCell => ({ state: "limited", sentence });
export const blocked = (sentence: string): ReadinessCell => ({ state: "blocked", sentence });
/** Nobody could say, or it isn't judged. */
export const unknown = (sentence: string): ReadinessCell => ({ state: "unknown", sentence });
