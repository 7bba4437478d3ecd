import { followUp, type ToldRetro } from "./told-retro.ts";

export const SECOND_RETROS: ToldRetro[] = [
  {
    about: "Catalog answers with another shop’s prices",
    summary:
      "A shared cache answered one shop with another shop’s prices. The catalog was rolled back while the cause was still unknown, and the cache was emptied afterwards.",
    customers:
      "For a quarter of an hour one page view in six showed a price that was not ours. We honoured each of them.",
    wentWell:
      "The lever was pulled on evidence of time alone: the release was minutes older than the harm. The cause was found afterwards, in quiet.",
    wasHard:
      "The cache outlived the rollback by ninety seconds, and those felt as if the lever had failed.",
    lucky: "The other shop is our own.",
    surprised:
      "The signal of failed requests stayed good all the time. A wrong price is a fast answer with status 200.",
    factors: [
      "The key of the cache named the product and left out the shop.",
      "The cache belongs to nobody’s release: a rollback doesn’t empty it.",
      "Our signal counts errors and not wrong answers.",
    ],
    followUps: [
      followUp(
        "Put the shop into every key of the cache",
        "Ines Costa",
        "Discovery",
        "prevent",
        7,
        4,
      ),
      followUp(
        "Empty the price cache when the catalog goes back",
        "Jun Sato",
        "Discovery",
        "restore-faster",
        21,
        30,
      ),
      followUp(
        "Compare a sample of prices with the source",
        "Pia Brandt",
        "Discovery",
        "detect",
        45,
        null,
      ),
    ],
  },
  {
    about: "Saved cards vanish from the wallet",
    summary:
      "While wallets were being synchronised, an empty answer of the provider was stored as “no cards”. The flag was set back to where it had been, and the cards were there again.",
    customers: "One customer in twenty was asked to type a card that we had saved. Some gave up.",
    wentWell:
      "Nothing was deleted: the flag decides which copy is read, and the old copy was whole.",
    wasHard: "Support heard of it before we did, through a form that is read once a day.",
    lucky: "The step that deletes the old copies was planned for the week after.",
    surprised: "The provider answers “no cards” and “I am busy” with the same empty list.",
    factors: [
      "An empty answer was taken for knowledge.",
      "The ramp looked at errors, of which there were none.",
      "What customers tell support reaches the team on call by a daily list.",
    ],
    followUps: [
      followUp(
        "Ask twice before a wallet is stored as empty",
        "Tom Okafor",
        "Payments",
        "prevent",
        10,
        8,
      ),
      followUp(
        "Show support’s top words on the incident page",
        "Sam Whitfield",
        "Operations",
        "detect",
        60,
        null,
      ),
      followUp(
        "Keep old copies until a month after a ramp",
        "Mira Lindholm",
        "Payments",
        "restore-faster",
        14,
        13,
      ),
    ],
  },
  {
    about: "Checkout loses sessions during a rollout",
    summary:
      "A release moved sessions to a shared store. While old and new pods ran side by side, each wrote sessions that the other could not read, and customers were thrown out of the checkout. It was rolled back within minutes of the alert.",
    customers:
      "About 900 customers were asked to sign in again in the middle of an order. Two thirds came back.",
    wentWell:
      "Drills paid off: four people were in one call, one of them pulled the lever, and the others kept quiet until the signal was good.",
    wasHard: "The rollback made it worse for a minute, since it mixes old and new pods once more.",
    lucky:
      "The rollout was slow that day. At the usual speed all customers would have been in it at once.",
    surprised: "Staging runs one pod. The very thing that went wrong can’t happen there.",
    factors: [
      "Two versions that run side by side wrote to one place in two ways.",
      "Staging has a single pod of each service.",
      "The change was reviewed as a change of storage, and nobody was asked to think of the rollout.",
    ],
    followUps: [
      followUp(
        "Read both kinds of session for one release",
        "Ines Costa",
        "Payments",
        "prevent",
        7,
        5,
      ),
      followUp(
        "Run two pods of everything in staging",
        "Lotte Vermeer",
        "Operations",
        "detect",
        30,
        26,
      ),
      followUp(
        "Ask “what if both run?” in reviews that touch stored data",
        "Mira Lindholm",
        "Payments",
        "learn",
        14,
        11,
      ),
    ],
  },
  {
    about: "Invoice numbers skip after a retry",
    summary:
      "Invoice numbers were taken when an invoice was drafted. A draft that failed left a gap. The pull request was reverted; the gaps were explained in a note to the auditors.",
    customers: "Customers noticed nothing. The books had nine gaps in three days.",
    wentWell:
      "Auditors were told before they asked, with the list of gaps and the reason for each.",
    wasHard:
      "A revert is slow: checks, a wait for somebody who may approve, a delivery. Each of those minutes made another gap possible.",
    lucky: "The month had just begun.",
    surprised:
      "Going back one revision would have been faster and was never looked at, because the word “invoice” sounded like data.",
    factors: [
      "A number was taken before it was certain that it would be used.",
      "The rollback was passed over without being weighed.",
      "Only one person on the rota may approve.",
    ],
    followUps: [
      followUp(
        "Number invoices in the transaction that books them",
        "Jun Sato",
        "Payments",
        "prevent",
        14,
        15,
      ),
      followUp(
        "Name two who may approve on every rota",
        "Lotte Vermeer",
        "Operations",
        "restore-faster",
        7,
        6,
      ),
      followUp("Alert on gaps in invoice numbers", "Tom Okafor", "Payments", "detect", 30, null),
    ],
  },
  {
    about: "Suggestions call the index on every key",
    summary:
      "Suggestions asked the index on every key instead of after a pause. The index slowed down for everybody. The flag for suggestions was set back, and search recovered within seconds.",
    customers: "Search took five seconds instead of a half. Nothing failed, and many left.",
    wentWell:
      "The flag took the suggestions away and left search alone. Few customers knew that they existed.",
    wasHard: "The alert is on errors. Slowness was seen on a wall by somebody with a coffee.",
    lucky: "The coffee.",
    surprised: "The pause had a test. The test typed faster than any pause.",
    factors: [
      "The pause between keys was lost when the field was written anew.",
      "The index has no limit per visitor.",
      "Our signal does not know slow from fast.",
    ],
    followUps: [
      followUp(
        "Limit what one visitor may ask of the index",
        "Jun Sato",
        "Discovery",
        "prevent",
        30,
        29,
      ),
      followUp("Add a signal for slow searches", "Ines Costa", "Discovery", "detect", 21, null),
    ],
  },
  {
    about: "Provider limits us after a retry storm",
    summary:
      "Timeouts were retried three times, in each of four services on the way. A slow minute at the provider became eighty-one requests for each payment, and the provider cut us off. Rolling back payments ended it.",
    customers: "No card payment went through for ten minutes. Wallets worked.",
    wentWell:
      "Two other deliveries were held back by simply asking in the channel, and both teams said yes at once.",
    wasHard: "Each service looked innocent by itself: three retries are modest.",
    lucky: "The provider’s limit resets after ten minutes and not after a day.",
    surprised:
      "The retries were added after an earlier retro of ours, in good faith and without a budget.",
    factors: [
      "Retries multiply along a chain, and nobody owns the product of them.",
      "A slow provider and a dead one were treated alike.",
      "An earlier follow-up of ours asked for retries and named no limit.",
    ],
    followUps: [
      followUp(
        "Give each request a budget of retries that travels with it",
        "Mira Lindholm",
        "Payments",
        "prevent",
        30,
        44,
      ),
      followUp(
        "Show requests per payment beside the error rate",
        "Sam Whitfield",
        "Operations",
        "detect",
        30,
        null,
      ),
      followUp(
        "Read old follow-ups when a new one repeats their words",
        "Ines Costa",
        "Payments",
        "learn",
        45,
        null,
      ),
    ],
  },
];
