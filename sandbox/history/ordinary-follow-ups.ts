import { followUp, type ToldFollowUp } from "./told-retro.ts";

/** What retros of smaller incidents asked for. Owner, team and days as they came out. */
export const ORDINARY_FOLLOW_UPS = [
  followUp("Add the case to the tests of the page", "Pia Brandt", "Web", "prevent", 14, 8),
  followUp(
    "Alert on this figure and not only on errors",
    "Ines Costa",
    "Discovery",
    "detect",
    21,
    25,
  ),
  followUp(
    "Put real data of each market into staging",
    "Lotte Vermeer",
    "Operations",
    "detect",
    45,
    60,
  ),
  followUp(
    "Guard the next step of this work with a flag",
    "Mira Lindholm",
    "Payments",
    "restore-faster",
    10,
    4,
  ),
  followUp(
    "Write down who may approve out of hours",
    "Sam Whitfield",
    "Operations",
    "restore-faster",
    14,
    13,
  ),
  followUp("Tell the story at the engineering breakfast", "Jun Sato", "Discovery", "learn", 30, 22),
  followUp(
    "Keep one more revision in the cluster",
    "Lotte Vermeer",
    "Operations",
    "restore-faster",
    7,
    2,
  ),
  followUp("Show the figure on the wall", "Tom Okafor", "Payments", "detect", 20, 31),
] as [ToldFollowUp, ...ToldFollowUp[]];
