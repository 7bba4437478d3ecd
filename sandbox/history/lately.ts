import { told } from "./past-incident.ts";

/** The last weeks, oldest first: their retros are still to come. */
export const LATELY = told([
  [
    "Discounts are lost for baskets kept overnight",
    "checkout",
    "retoggle",
    2,
    "kept-baskets",
    "A basket that is kept holds prices, not the rules they came from.",
    "The flag’s percentage made it easy to count who was hurt.",
  ],
  [
    "Card payments time out for one bank in three",
    "payments",
    "rollback",
    1,
    "Shorten the connect timeout to two seconds",
    "Two seconds are plenty from our own network and too few through one bank’s.",
    "The signal was good again eleven minutes after harm began.",
  ],
  [
    "Receipts name the wrong shop",
    "payments",
    "rollback",
    3,
    "Draw receipts per shop",
    "The shop was read from the visitor’s session, and receipts are drawn without one.",
    "The previous revision was known good and still warm.",
  ],
]);
