import type { RestoredBy } from "@/lib/contracts/recovery";
import type { PhaseName } from "@/lib/contracts/recovery-phase";

export const LEVER_NAMES: Record<RestoredBy, string> = {
  retoggle: "Retoggle",
  rollback: "Rollback",
  revert: "Revert",
  none: "Other means",
};

export const PHASE_NAMES: Record<PhaseName, string> = {
  detect: "Detect",
  declare: "Declare",
  decide: "Decide",
  act: "Act",
  "take-effect": "Take effect",
  verify: "Verify",
};
