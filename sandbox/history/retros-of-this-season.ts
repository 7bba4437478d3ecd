import { followUp, type ToldRetro } from "./told-retro.ts";

export const RECENT_RETROS: ToldRetro[] = [
  {
    about: "Orders over 1,000 are refused",
    summary:
      "The risk score arrived as text and was compared as text, so “1000” was less than “9”. Every large order was asked for a second factor that never came. Payments was rolled back.",
    customers:
      "Orders of 1,000 and more failed for eleven minutes: few in number, and a third of the day’s value.",
    wentWell:
      "The card recommended the rollback, with its reason. It was pulled first and understood afterwards.",
    wasHard: "The error rate barely moved, because large orders are rare. Sales told us.",
    lucky: "Most of these customers have somebody’s phone number, and they used it.",
    surprised:
      "The type was right in our code and wrong on the wire, and a cast in between made peace.",
    factors: [
      "A number came as text and was believed.",
      "The signal weighs an order of ten like an order of ten thousand.",
      "The rollout met no large order in its first minutes.",
    ],
    followUps: [
      followUp(
        "Check what comes over the wire where it comes in",
        "Tom Okafor",
        "Payments",
        "prevent",
        14,
        12,
      ),
      followUp(
        "Add a signal for the value of refused orders",
        "Tom Okafor",
        "Payments",
        "detect",
        30,
        null,
      ),
      followUp(
        "Drill a rollback of payments every quarter",
        "Lotte Vermeer",
        "Operations",
        "restore-faster",
        20,
        null,
      ),
    ],
  },
  {
    about: "Confirmation page is blank for guests",
    summary:
      "The last page greets customers by name. Guests have none, and the page stayed blank although their order had gone through. The revision before was back eight minutes after harm began.",
    customers:
      "Guests saw a white page after paying. Forty ordered twice; their second order was taken back the same day.",
    wentWell:
      "Four minutes from the alert to the press. The estimate on the card was right within ten seconds.",
    wasHard:
      "Orders were fine, so the signal of orders was fine. The page’s own errors told the story, one screen further down.",
    lucky: "The mail with the confirmation goes out before the page is drawn.",
    surprised: "Guests are four in ten of our customers, and none of our test accounts is one.",
    factors: [
      "The page assumed a name.",
      "Test accounts are all signed in.",
      "A blank page after paying invites people to pay again.",
    ],
    followUps: [
      followUp("Add a guest to every test of the checkout", "Pia Brandt", "Web", "detect", 14, 13),
      followUp(
        "Draw the last page from the order alone",
        "Mira Lindholm",
        "Payments",
        "prevent",
        25,
        null,
      ),
    ],
  },
];
