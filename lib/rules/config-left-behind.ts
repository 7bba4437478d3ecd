import type { Change } from "@/lib/contracts/change";
import type { Warning } from "@/lib/contracts/lever";
import { keysInWords } from "./config-changes";
import { ageInWords } from "./say";

export type LeftBehind = { warnings: Warning[]; leaves: string[]; checks: string[] };

/**
 * What a revert of code leaves as it is now: settings of the template, and ConfigMaps and Secrets, that
 * changed since the merge went live. `settings` in words; `configs` are `config` Changes, newest first.
 */
export function configLeftBehind(found: {
  settings: string[];
  configs: Change[];
  now: number;
}): LeftBehind {
  const told = [
    ...found.settings,
    ...found.configs.flatMap(({ at, details }) => {
      if (details.kind !== "config") return [];
      const age = ageInWords(found.now - Date.parse(at));
      const what = details.object.replace("/", " ");
      return details.action && details.action !== "changed"
        ? [`${what}, ${details.action} ${age} ago`]
        : [`${keysInWords(details.keys)} in ${what}, changed ${age} ago`];
    }),
  ];
  if (told.length === 0) {
    return {
      warnings: [],
      leaves: ["configuration around the code as it is now"],
      checks: ["no configuration changed since it went live"],
    };
  }
  const shown = told.slice(0, 4).join("; ");
  const more = told.length > 4 ? ` and ${told.length - 4} more` : "";
  return {
    warnings: [
      {
        code: "config-left-behind",
        sentence: `A revert is code only. Configuration that changed since it went live stays: ${shown}${more}.`,
        unsafe: false,
      },
    ],
    leaves: ["configuration around the code as it is now"],
    checks: [],
  };
}
