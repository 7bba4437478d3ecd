import "server-only";
import type { Blocker, LeverTarget, Warning } from "@/lib/contracts/lever";

/** What a lever would be pulled on for a suspect, or why there is nothing to pull it on. */
export type Choice =
  | { target: LeverTarget; warnings: Warning[]; checks?: string[] }
  | ({ target: null } & Pick<Blocker, "code" | "sentence"> & Partial<Blocker>);
