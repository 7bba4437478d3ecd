import { followUp, type ToldRetro } from "./told-retro.ts";

export const FIRST_RETROS: ToldRetro[] = [
  {
    about: "Search finds nothing after the daily import",
    summary:
      "The supplier’s feed arrived empty. Our import took it for a catalog without products and put it live. Search and listings were empty until yesterday’s feed was imported again by hand.",
    customers:
      "Whoever searched found nothing, and category pages said that we sell nothing. Links to products went on working, so customers who came from mails and adverts noticed little.",
    wentWell:
      "Yesterday’s feed had been kept. The import can be repeated without harm, and somebody had written that down.",
    wasHard:
      "There was no lever for data: no deploy, no flag and no pull request stood between good and bad. It took a while to stop looking for one.",
    lucky:
      "It was an ordinary day. The same feed on the eve of a sale would have been met by many times as many people.",
    surprised:
      "An empty file passed every check that we had. The checks look at each line, and there were none.",
    factors: [
      "The import replaces the whole catalog with whatever it is given, without looking at how much that is.",
      "The supplier’s export reports success although it wrote nothing.",
      "The first alert watched errors, and an empty answer is not one.",
    ],
    followUps: [
      followUp(
        "Refuse a feed that is a tenth smaller than the last",
        "Jun Sato",
        "Discovery",
        "prevent",
        14,
        9,
      ),
      followUp(
        "Alert on the share of searches without a result",
        "Ines Costa",
        "Discovery",
        "detect",
        14,
        20,
      ),
      followUp(
        "Bring back the feed before by one command",
        "Pia Brandt",
        "Discovery",
        "restore-faster",
        30,
        41,
      ),
    ],
  },
  {
    about: "Gift cards can be used twice",
    summary:
      "A gift card could be spent twice when two orders were sent within the same second. The flag was turned off, and from then on gift cards were simply not offered.",
    customers:
      "Thirty-one customers paid with a balance that was already spent. None of them was asked to pay again.",
    wentWell:
      "The flag guarded exactly this. Turning it off took four seconds and touched nobody who paid another way.",
    wasHard: "Nothing looked like harm: every single order was right, and only the sum was wrong.",
    lucky:
      "A colleague from finance compared two numbers that nobody compares on that day of the week.",
    surprised:
      "The load test sends one request per customer. Twice at once was never tried by anything.",
    factors: [
      "Reading the balance and writing it were two steps, with room for another request between them.",
      "The flag had gone to all customers in one step, since the feature was thought to be small.",
      "There was no figure for “gift cards spent” against “gift cards sold”.",
    ],
    followUps: [
      followUp(
        "Spend a balance in one statement that can fail",
        "Tom Okafor",
        "Payments",
        "prevent",
        10,
        6,
      ),
      followUp(
        "Compare cards sold with cards spent every hour",
        "Tom Okafor",
        "Payments",
        "detect",
        21,
        19,
      ),
      followUp(
        "Take money features from 1 to 100 % in steps",
        "Mira Lindholm",
        "Payments",
        "learn",
        30,
        28,
      ),
    ],
  },
  {
    about: "Card provider is down in two regions",
    summary:
      "Our card provider could not be reached from two of its regions. There was nothing of ours to take back. Payments came back when the provider restored its service.",
    customers:
      "Four in ten card payments failed. Customers who tried a wallet instead got through, and the page did not tell them so.",
    wentWell:
      "The provider’s status page was on the wall within a minute, and nobody rolled anything back without a reason.",
    wasHard:
      "Waiting. Three people proposed three changes of ours, and each would have made it harder to see when it was over.",
    lucky: "It ended before the evening, when two thirds of the day’s orders come in.",
    surprised:
      "The second provider we pay for had been off for a year, and nobody knew how to turn it on.",
    factors: [
      "All card payments take one route.",
      "The page offers every way to pay in the same order, whatever works at the moment.",
      "The contract with the second provider was kept, and the practice was not.",
    ],
    followUps: [
      followUp(
        "Route a tenth of card payments through the second provider",
        "Mira Lindholm",
        "Payments",
        "restore-faster",
        60,
        74,
      ),
      followUp("Offer what works first when cards fail", "Pia Brandt", "Web", "prevent", 45, null),
    ],
  },
  {
    about: "Payment page answers 502 after every tenth request",
    summary:
      "A release kept connections to the provider open. The provider closes them after a minute and says nothing, so every request that met a closed one failed. The revision before was brought back.",
    customers:
      "One payment in ten failed, and worked when it was tried again. Some tried five times.",
    wentWell:
      "The errors were spread evenly over the pods. That ruled out a bad machine and pointed at the release.",
    wasHard:
      "Nine requests in ten were fine, and that feels like innocence. The rollback was discussed for longer than it took.",
    lucky: "The release held one merge. The next one, with five, was already waiting.",
    surprised: "The test provider never closes a connection. It is more patient than the real one.",
    factors: [
      "The new client reuses connections, and the provider’s limit stands in a document that nobody here had read.",
      "Failures were retried by customers, which hid how many there were.",
      "Nine good answers in ten made the release look innocent.",
    ],
    followUps: [
      followUp(
        "Close idle connections after thirty seconds",
        "Jun Sato",
        "Payments",
        "prevent",
        7,
        3,
      ),
      followUp(
        "Let the test provider hang up at random",
        "Tom Okafor",
        "Payments",
        "detect",
        40,
        52,
      ),
      followUp(
        "Write down when we roll back without a cause",
        "Ines Costa",
        "Payments",
        "restore-faster",
        21,
        17,
      ),
    ],
  },
  {
    about: "Declined cards are shown as paid",
    summary:
      "The provider began to send a new kind of decline. Our code took every answer that it did not know for a success. The revision before was brought back, and the orders were held by hand.",
    customers:
      "212 customers saw “thank you” for an order that was not paid. All were written to the same day; 190 paid.",
    wentWell:
      "Finance and engineering sat in one call, with one list. Every number that went out had been counted twice.",
    wasHard:
      "The lever was pulled within a quarter of an hour, and the orders of those minutes took two days.",
    lucky: "The warehouse had its weekly meeting. Nothing had been packed.",
    surprised:
      "The branch that caught it was written so that customers would not be bothered by details.",
    factors: [
      "An answer that is not known counted as success.",
      "The provider’s new answer was announced in a newsletter.",
      "“Paid” on the page and “paid” in the books are two facts, and nothing compared them.",
    ],
    followUps: [
      followUp(
        "Treat an unknown answer as undecided and ask again",
        "Mira Lindholm",
        "Payments",
        "prevent",
        5,
        2,
      ),
      followUp(
        "Alert when orders shown as paid and payments differ",
        "Tom Okafor",
        "Payments",
        "detect",
        14,
        12,
      ),
      followUp(
        "Hold back the warehouse for orders of a bad hour",
        "Lotte Vermeer",
        "Operations",
        "restore-faster",
        30,
        33,
      ),
    ],
  },
];
