import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { checkLanguage, type LanguageKind } from "./blameless-language";

const NAMES = ["Ada Lovelace", "Bob", "李雷", "m.chen"];

const MARKED: [sentence: string, phrase: string, kind: LanguageKind][] = [
  ["We should have tested the flag first.", "should have tested", "counterfactual"],
  ["The alert should’ve fired earlier.", "should’ve fired", "counterfactual"],
  ["This shouldn't have been merged.", "shouldn't have been", "counterfactual"],
  ["It could have been prevented by a canary.", "could have been", "counterfactual"],
  ["A review would have caught it.", "would have caught", "counterfactual"],
  ["They might have noticed sooner.", "might have noticed", "counterfactual"],
  ["We ought to have asked.", "ought to have asked", "counterfactual"],
  ["You should of known.", "should of known", "counterfactual"],
  ["Somebody should not have automated the step.", "should not have automated", "counterfactual"],
  ["It should have simply read the config.", "should have simply read", "counterfactual"],
  ["If only the graph was on the wall.", "If only", "counterfactual"],
  ["If we had looked at the graph, fine.", "If we had looked", "counterfactual"],
  ["It was fine. Had we known, nothing would break.", "Had we known", "counterfactual"],
  ["Somebody was supposed to watch it.", "was supposed to", "counterfactual"],
  ["In hindsight the name was odd.", "In hindsight", "hindsight"],
  ["The fault was obvious from the logs.", "obvious", "hindsight"],
  ["It is common sense to wait.", "common sense", "hindsight"],
  ["It came down to human error.", "human error", "blame"],
  ["An operator error took it down.", "operator error", "blame"],
  ["That was careless.", "careless", "blame"],
  ["A sloppy rollout.", "sloppy", "blame"],
  ["This negligence cost us an hour.", "negligence", "blame"],
  ["A stupid typo.", "stupid", "blame"],
  ["A lazy review.", "lazy", "blame"],
  ["It was fat-fingered.", "fat-fingered", "blame"],
  ["The team is to blame.", "blame", "blame"],
  ["It was their own fault.", "was their own fault", "blame"],
  ["A lack of attention to the graphs.", "lack of attention", "blame"],
  ["That violated the process.", "violated the process", "blame"],
  ["The process was not followed.", "process was not followed", "blame"],
  ["A failure to communicate.", "failure to communicate", "blame"],
  ["The root cause was the pool size.", "root cause", "single-cause"],
  ["Root-cause: a full disk.", "Root-cause", "single-cause"],
  ["The sole cause was a full disk.", "sole cause", "single-cause"],
  ["The real reason was the deadline.", "real reason", "single-cause"],
  ["The primary cause of the outage: DNS.", "primary cause", "single-cause"],
  ["The culprit was the cache.", "culprit", "single-cause"],
  ["Ada broke the checkout.", "Ada broke", "person"],
  ["Ada Lovelace forgot the migration.", "Ada Lovelace forgot", "person"],
  ["Bob also missed the alert.", "Bob also missed", "person"],
  ["李雷 caused the outage.", "李雷 caused", "person"],
  ["m.chen misconfigured the pool.", "m.chen misconfigured", "person"],
  ["@bob-smith took down production.", "@bob-smith took down", "person"],
  ["The on-call engineer ignored the page.", "The on-call engineer ignored", "person"],
  ["The commander made a mistake.", "The commander made a mistake", "person"],
  ["Responder 2 failed to escalate.", "Responder 2 failed", "person"],
  ["We failed to notice.", "We failed", "person"],
  ["She was careless.", "She was careless", "person"],
  ["The author did not test it.", "The author did not test", "person"],
  ["Nobody bothered; we didn't check the graph.", "we didn't check", "person"],
  ["They never read the runbook.", "They never read", "person"],
  ["Bob's mistake was a typo.", "Bob's mistake", "blame"],
  ["It was his mistake.", "his mistake", "blame"],
  ["Who deployed this?", "Who deployed", "who-why"],
  ["We must find out who approved it.", "who approved", "who-why"],
  ["Who is responsible?", "Who is responsible", "who-why"],
  ["Why did you roll back?", "Why did you", "who-why"],
  ["Why didn’t the team notice?", "Why didn’t the team", "who-why"],
  ["Why did Ada wait?", "Why did Ada", "who-why"],
];

const FINE = [
  "The check should have a timeout.",
  "The check should have a timeout of 5 s.",
  "Every service should have automated tests.",
  "Each team should have dedicated owners for flags.",
  "Pods should have limited memory.",
  "The token should have read access.",
  "The runbook could have a section on flags.",
  "A dashboard would have room for it.",
  "The alert should fire after a minute.",
  "We could add a canary.",
  "The pod failed to start.",
  "They failed to start because the image was gone.",
  "The job failed to connect to the database.",
  "Requests failed with 503.",
  "The rollout missed its deadline of ten minutes.",
  "The cache broke under load.",
  "A full disk caused the restarts.",
  "This is a blameless retro.",
  "git blame shows the line.",
  "Without blame we learn more.",
  "The system has good fault tolerance.",
  "A segmentation fault ended it.",
  "User error rates rose to 5 %.",
  "The user error message was unclear.",
  "Images are lazy-loaded.",
  "Lazy loading hid the failure.",
  "Root cause analysis is a name that we avoid.",
  "There were several contributing factors.",
  "Customers who deployed the app saw errors.",
  "Who was affected? Everybody in the EU.",
  "It must have been cached.",
  "It might have been the DNS.",
  "The primary cause of load is search.",
  "The only reason to keep it is speed.",
  "We should have lunch.",
  "You could have read replicas.",
  "They had seen this graph before.",
  "The on-call engineer saw the page at 10:03.",
  "Ada rolled back to 23 at 10:05.",
  "Bob noticed the graph and told Ada.",
  "We did not know that the flag was shared.",
  "Why the pool filled up is not known yet.",
  "How did the alert look at that moment?",
  "The forgot-password page was slow.",
  "dumb-init passes signals on.",
  "The retry bypassed the cache.",
  "`should have tested` is what the linter prints.",
  "> We should have tested.",
  "See https://example.com/human-error/careless for more.",
  "Adalbert broke nothing.",
  "The negligible rest was ignored by the query.",
  "",
];

test("there are at least sixty sentences", () => {
  expect(MARKED.length + FINE.length).toBeGreaterThanOrEqual(60);
});

describe("marks", () => {
  test.each(MARKED)("%s", (sentence, phrase, kind) => {
    const marks = checkLanguage(sentence, NAMES);
    const hit = marks.find((mark) => mark.phrase === phrase);
    expect(marks.map((mark) => [mark.phrase, mark.kind])).toContainEqual([phrase, kind]);
    expect(sentence.slice(hit?.from, hit?.to)).toBe(phrase);
    expect(hit?.question).toMatch(/^(How|What)\b.*\?$/);
  });
});

describe("passes", () => {
  test.each(FINE)("%s", (sentence) => {
    expect(checkLanguage(sentence, NAMES)).toEqual([]);
  });
});

it("gives places in a longer text, in order and without overlaps", () => {
  const text = "Fine so far.\nAda forgot to test; that was careless.\n\nWe should have asked.";
  const marks = checkLanguage(text, ["Ada"]);
  expect(marks.map(({ phrase }) => phrase)).toEqual([
    "Ada forgot",
    "careless",
    "should have asked",
  ]);
  expect(marks.map(({ from, to }) => text.slice(from, to))).toEqual(
    marks.map(({ phrase }) => phrase),
  );
});

it("takes any name and any text, and stays within it", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.array(fc.string()), (text, names) => {
      let end = 0;
      for (const { from, to, phrase } of checkLanguage(text, names)) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(text.slice(from, to)).toBe(phrase);
        expect(to).toBeLessThanOrEqual(text.length);
        end = to;
      }
    }),
  );
});

it("is quick with long and with hostile text", () => {
  const names = Array.from({ length: 50 }, (_, index) => `Person ${index}`);
  const texts = [
    "should have ".repeat(4_000),
    "we had also then again ".repeat(2_000),
    " ".repeat(50_000),
    `${"a".repeat(50_000)}ed`,
    "`".repeat(20_000),
  ];
  const before = performance.now();
  for (const text of texts) checkLanguage(text, names);
  expect(performance.now() - before).toBeLessThan(4_000);
});
