import type { HoldLayer, HoldState } from "@/lib/contracts/hold";

export const LAYERS: Record<HoldLayer, string> = {
  gate: "Gate",
  kubernetes: "Kubernetes",
  github: "GitHub",
  "argo-cd": "Argo CD",
  flux: "Flux",
};

/** Each state as word, shape and hue: the hue only repeats the others. */
export const HOLD_STATES: Record<HoldState, { word: string; shape: string; hue: string }> = {
  asked: { word: "asked, no answer yet", shape: "M8 3.5v4.8l3 2", hue: "text-ink-2" },
  held: { word: "held", shape: "M3 8.5 6.5 12 13 4.5", hue: "text-good" },
  "not-held": { word: "not held", shape: "M4 4l8 8M12 4l-8 8", hue: "text-warn" },
  lost: { word: "taken away", shape: "M8 2.5v7M8 12.4v.6", hue: "text-warn" },
  releasing: { word: "being let go", shape: "M8 3.5v4.8l3 2", hue: "text-ink-2" },
  released: { word: "let go", shape: "M3.5 8h9", hue: "text-ink-3" },
};

/** Whether a hold doesn't do what it was asked for, so that deliveries may go on. */
export function isLeaking({ state }: { state: HoldState }): boolean {
  return state === "not-held" || state === "lost";
}
