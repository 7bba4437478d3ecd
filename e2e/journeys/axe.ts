import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

type Rule = Awaited<ReturnType<AxeBuilder["analyze"]>>["violations"][number];

/**
 * The rules of WCAG 2.2 AA that a page breaks, each with where. They are looked at within the page
 * itself, which has no frames: a blank page beside it to put frames together costs more than looking.
 */
export async function brokenRules(page: Page): Promise<Rule[]> {
  if (page.frames().length > 1) throw new Error("A page with frames is looked at frame by frame.");
  const builder = new AxeBuilder({ page }).options({ resultTypes: ["violations"] });
  return (await builder.withTags(WCAG).setLegacyMode().analyze()).violations;
}
