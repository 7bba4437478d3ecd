import { followUp, type ToldRetro } from "./told-retro.ts";

/** A retro that is being written: its team meets in the next days. */
export const IN_REVIEW: ToldRetro = {
  about: "Discounts are lost for baskets kept overnight",
  summary:
    "Baskets that were kept overnight came back with yesterday’s prices and without their discounts. The flag for kept baskets was set back to a tenth of customers, where all had been well.",
  customers:
    "Customers who came back to their basket found it dearer than they had left it. About 340 wrote to us or left.",
  wentWell: "The flag’s percentage told us how many were hurt, to the customer.",
  wasHard:
    "The change was minutes old and what it touched was a night old. Both had to be said before the flag was believed.",
  lucky: "",
  surprised:
    "Prices in a basket are a promise to some of us and a cache to others. Both had written code.",
  factors: [
    "A kept basket holds prices and not the rules that they came from.",
    "The ramp met the baskets of a whole night at once.",
  ],
  followUps: [
    followUp(
      "Decide what a kept price promises, and write it down",
      "Mira Lindholm",
      "Payments",
      "learn",
      14,
      null,
    ),
  ],
};
