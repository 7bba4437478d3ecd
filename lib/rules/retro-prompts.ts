import type { RetroSectionName } from "@/lib/contracts/retro";

/** Questions that help to write a section: they ask how and what. */
export const SECTION_PROMPTS: Record<RetroSectionName, readonly string[]> = {
  summary: [
    "What would somebody who wasn't there need to know first?",
    "What was affected, for how long, and what ended it?",
  ],
  customers: [
    "What did customers see, in their own words?",
    "How many were affected, and which ones most?",
    "What could they still do?",
  ],
  "went-well": [
    "What helped to notice it, and how early was that?",
    "Which tools, habits or preparations shortened it?",
    "What worked that usually goes unnoticed?",
  ],
  "was-hard": [
    "What made it hard to see what was going on?",
    "Which signals pointed somewhere else at first, and how?",
    "What was known at each decision, and what was not?",
    "What got in the way of acting, and how was that worked around?",
  ],
  lucky: [
    "What kept this from being worse?",
    "What would have been different at another hour, or with other people on call?",
    "Which safeguard held that nobody had planned for?",
  ],
  surprised: [
    "What did the system do that nobody expected?",
    "What was believed before that turned out to be different?",
    "What is known now that others should hear about?",
  ],
};

/** The same for contributing factors and follow-ups. */
export const FACTOR_PROMPTS: readonly string[] = [
  "What had to be true at the same time for this to happen?",
  "How did each decision make sense with what was known then?",
  "What conditions were there long before, without harm?",
  "What shaped how far it spread, and how long it lasted?",
];

export const FOLLOW_UP_PROMPTS: readonly string[] = [
  "What would make the same surprise visible earlier?",
  "What would have made the way back shorter?",
  "What do we still want to understand?",
];
