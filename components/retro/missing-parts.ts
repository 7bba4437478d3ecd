import type { Retro, RetroDocument } from "@/lib/contracts/retro";
import { isOpenEnd } from "@/lib/rules/is-open-end";
import { sectionPrompts } from "./section-prompts";

const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;

/** What a reader of this retro would look for in vain. It may be published all the same. */
export function missingParts(retro: Retro, document: RetroDocument): string[] {
  const missing: string[] = [];
  const empty = document.sections.filter(({ text }) => text.trim() === "");
  if (empty.length > 0) {
    const titles = empty.map(({ name }) => `“${sectionPrompts[name].title}”`);
    missing.push(`Nothing is written under ${titles.join(", ")}.`);
  }
  if (document.factors.length === 0) missing.push("No contributing factor is named.");
  if (document.factors.length === 1) missing.push("Only one contributing factor is named.");
  const open = document.followUps.filter(({ state }) => state === "open");
  if (document.followUps.length === 0) missing.push("There is no follow-up.");
  const unowned = open.filter(({ owner }) => owner === null).length;
  if (unowned > 0) missing.push(`${count(unowned, "follow-up has", "follow-ups have")} no owner.`);
  const undated = open.filter(({ dueOn }) => dueOn === null).length;
  if (undated > 0) {
    missing.push(`${count(undated, "follow-up has", "follow-ups have")} no due date.`);
  }
  const loose = document.looseEnds.filter(isOpenEnd).length;
  if (loose > 0) missing.push(`${count(loose, "loose end is", "loose ends are")} still open.`);
  if (retro.scheduledFor === null && retro.publishedVersion === 0) {
    missing.push("No meeting was scheduled.");
  }
  return missing;
}
