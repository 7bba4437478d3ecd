import type { RetroSectionName } from "@/lib/contracts/retro";

/** What each section asks: how and what, never who or why. */
export const sectionPrompts: Record<RetroSectionName, { title: string; prompt: string }> = {
  summary: {
    title: "Summary",
    prompt: "What happened, in a few sentences for somebody who wasn't there.",
  },
  customers: {
    title: "What customers saw",
    prompt: "What could they no longer do? What did they see instead, and how many were they?",
  },
  "went-well": {
    title: "What went well",
    prompt: "What helped, and how? Which alert, tool, habit or piece of knowledge made it shorter?",
  },
  "was-hard": {
    title: "What was hard",
    prompt:
      "What was slow or confusing? What did the screens show at that moment, and what did that suggest?",
  },
  lucky: {
    title: "Where we were lucky",
    prompt: "What would have made it worse, and happened not to be the case this time?",
  },
  surprised: {
    title: "What surprised us",
    prompt: "What did we believe about the system that turned out otherwise? What do we know now?",
  },
};
