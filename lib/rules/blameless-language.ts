import { FAILING, HAVE, NOT_DOING, PARTICIPLE, SOMEBODY } from "./blameless-phrases";

/**
 * `blame`: a judgement of somebody. `person`: somebody as the subject of a failure. `counterfactual`:
 * what didn't happen. `hindsight`: what is plain only now. `single-cause`: one cause for everything.
 * `who-why`: a question that looks for a culprit or for a defence.
 */
export type LanguageKind =
  | "blame"
  | "person"
  | "counterfactual"
  | "hindsight"
  | "single-cause"
  | "who-why";

/** A phrase in a text, by its place (UTF-16), and a question that leads further. */
export type LanguageMark = {
  from: number;
  to: number;
  phrase: string;
  kind: LanguageKind;
  question: string;
};

type Check = { kind: LanguageKind; pattern: RegExp; question: string };

const QUESTION = {
  person: "How did this make sense at that moment, and what made the slip possible?",
  notDone: "What was in view at that moment, and what drew attention elsewhere?",
  counterfactual: "What happened instead, and how did that make sense with what was known then?",
  hindsight: "What was visible then, and how did it look without knowing the end?",
  blame: "What in the tools, the situation or the work made this outcome likely?",
  single: "What else had to be true for this to happen?",
  who: "How did the work get to this point, and what shaped it?",
  why: "What led up to that, step by step?",
  rule: "How is this work usually done, and what makes the rule hard to follow?",
} as const;

const CHECKS: readonly Check[] = [
  // "It must have been", "it might have been" conclude from what is known: they pass.
  {
    kind: "counterfactual",
    pattern: rx(
      `\\b(?:should|could|would|ought\\s+to)(?:n['’]t|\\s+not)?${HAVE}\\s+${PARTICIPLE}|\\bmight${HAVE}\\s+(?:noticed|seen|caught|prevented|avoided|known|stopped|helped)\\b`,
    ),
    question: QUESTION.counterfactual,
  },
  {
    kind: "counterfactual",
    pattern: rx(
      `\\bif\\s+only\\b|\\bif\\s+(?:we|they|he|she|I|you|someone|somebody|anyone)\\s+had(?:n['’]t|\\s+not)?\\s+(?:only\\s+)?${PARTICIPLE}|(?:^|[.!?;:]\\s+|\\n\\s*)had\\s+(?:we|they|he|she|I|you|someone|anyone|it|this|the\\s+\\w+)\\s+(?:only\\s+|not\\s+)?${PARTICIPLE}|\\b(?:was|were)\\s+supposed\\s+to\\b|\\b(?:it|this)\\s+would\\s+never\\s+have\\b|\\bwas\\s+avoidable\\b|\\bwere\\s+avoidable\\b`,
    ),
    question: QUESTION.counterfactual,
  },
  {
    kind: "hindsight",
    pattern: rx(
      "\\b(?:in|with)\\s+hindsight\\b|\\bobvious(?:ly)?\\b|\\bcommon\\s+sense\\b|\\bany(?:one|body)\\s+(?:would|could)\\s+(?:have\\s+)?(?:seen?|known?|notice[d]?)\\b|\\bit\\s+was\\s+clear\\s+that\\b|\\bclearly\\s+(?:wrong|broken|a\\s+mistake)\\b",
    ),
    question: QUESTION.hindsight,
  },
  {
    kind: "blame",
    pattern: rx(
      "\\b(?:human|operator|user|pilot|manual)\\s+errors?\\b(?!\\s+(?:rates?|budgets?|messages?|pages?|codes?|ratios?|handling|reports?|counts?|types?|responses?))",
    ),
    question: QUESTION.blame,
  },
  {
    kind: "blame",
    pattern: rx(
      "\\b(?:careless(?:ly|ness)?|negligen(?:t|tly|ce)|sloppy|sloppily|sloppiness|stupid(?:ly|ity)?|incompeten(?:t|ce|tly)|reckless(?:ly|ness)?|irresponsibl[ey]|idiot(?:ic|s)?|foolish(?:ly)?|inexcusable|unforgivable|complacen(?:t|cy|tly)|inattenti(?:on|ve)|fat-?\\s?finger(?:ed|s)?|bad\\s+apples?|clumsy|clumsily|unprofessional|thoughtless(?:ly)?|rookie\\s+mistake|laz(?:y|iness)(?![\\s-]*(?:load|eval|init|import|quer|connect|mode|migrat|compil|column|delet|propert|field|component|route|cache))|dumb(?!-|\\s+(?:terminal|pipe|init)))\\b",
    ),
    question: QUESTION.blame,
  },
  {
    kind: "blame",
    pattern: rx(
      "(?<!\\bgit\\s)(?<!\\bno\\s)(?<!\\bwithout\\s)\\bblam(?:e|ed|es|ing)\\b(?!-|\\s+view\\b)|\\bat\\s+fault\\b|\\b(?:was|is|were|are)\\s+(?:entirely\\s+|clearly\\s+)?(?:my|our|his|her|their|your)\\s+(?:own\\s+)?fault\\b|\\bwhose\\s+fault\\b|\\bfault\\s+of\\s+(?:the\\s+)?(?:team|developer|engineer|operator|author|reviewer)\\b|\\b(?:his|her|their|my|our|your)\\s+(?:own\\s+)?(?:mistakes?|blunders?|carelessness|negligence)\\b|\\black\\s+of\\s+(?:care|attention|discipline|diligence|effort|responsibility|professionalism)\\b|\\bnot\\s+pay(?:ing)?\\s+attention\\b|\\b(?:sloppy|poor|bad|lazy)\\s+(?:judge?ment|work|job|attitude|discipline)\\b",
    ),
    question: QUESTION.blame,
  },
  {
    kind: "blame",
    pattern: rx(
      "\\b(?:violat(?:ed|ing|ion\\s+of)|breach(?:ed|ing)?|disregard(?:ed|ing)?|bypass(?:ed|ing))\\s+(?:the\\s+|our\\s+|all\\s+)?(?:procedures?|process(?:es)?|protocols?|polic(?:y|ies)|rules?|guidelines?)\\b|\\b(?:procedures?|process(?:es)?|protocols?|polic(?:y|ies)|rules?|guidelines?)\\s+(?:was|were)\\s+(?:not\\s+followed|ignored|violated|disregarded)\\b|\\bfailure\\s+to\\s+(?:check|test|follow|notice|communicate|verify|review|escalate|read|document|monitor)\\b|\\bneglect(?:ed|ing)\\s+to\\b|\\bforgot\\s+to\\b",
    ),
    question: QUESTION.rule,
  },
  {
    kind: "single-cause",
    pattern: rx(
      "\\broot[\\s-]causes?\\b(?!\\s+analys[ei]s)|\\b(?:sole|single|only|real|true|main|primary|ultimate|underlying)\\s+(?:cause|reason)(?=\\s*:|\\s+(?:was|is|were|why|for\\s+(?:the|this|our|it|that)|behind|of\\s+(?:the|this|our)\\s+(?:incident|outage|failures?|harm|problems?|breakage|downtime|errors?))\\b)|\\bthe\\s+one\\s+(?:cause|reason)\\b|\\bculprits?\\b",
    ),
    question: QUESTION.single,
  },
  {
    kind: "who-why",
    pattern: rx(
      "(?:(?<=^|[.!?:;]\\s+|\\n[\\s*-]*)|(?<=\\b(?:know|ask|find\\s+out|see|tell|asked|wonder|establish|determine|clear|question\\s+is)\\s+))who\\s+(?:broke|caused|did|deployed|approved|merged|forgot|failed|let|allowed|wrote|pushed|changed|missed|ignored|made|(?:is|was)\\s+(?:responsible|to\\s+blame|at\\s+fault|behind))\\b",
    ),
    question: QUESTION.who,
  },
  {
    kind: "who-why",
    pattern: rx(
      "\\bwhy\\s+(?:did|didn['’]t|did\\s+not|was|wasn['’]t|were|weren['’]t|had|hadn['’]t|would|wouldn['’]t|do|don['’]t|does|doesn['’]t)\\s+(?:you|he|she|they|we|I|nobody|no\\s+one|anyone|anybody|somebody|someone|the\\s+(?:team|engineer|developer|operator|author|reviewer|commander|responder|declarer)|responder\\s+\\d+|author\\s+\\d+)\\b",
    ),
    question: QUESTION.why,
  },
];

/** Acts that programs do too: "they failed to start" may be said of pods. */
const OF_PROGRAMS =
  /^(?:they|it|we)\b.*\bfailed(?:\s+(?:to\s+)?(?:start|connect|load|respond|schedule|boot|deploy|over|health|readiness|liveness|probes?|with|at|because|again|and|silently|on|in)\b|$)/i;

function rx(source: string): RegExp {
  return new RegExp(source, "giu");
}

/**
 * Phrases that blame somebody or tell of what didn't happen, each with a better question, in order of
 * place and without overlaps. `names`: people of the incident. Code, addresses and quoted lines are
 * passed over. It only marks: nothing is refused or rewritten.
 */
export function checkLanguage(text: string, names: readonly string[] = []): LanguageMark[] {
  const quiet = veiled(text);
  const found = [...CHECKS, ...personChecks(names)].flatMap(({ kind, pattern, question }) =>
    [...quiet.matchAll(pattern)].flatMap((match) => {
      const lead = /^[\s.!?;:*-]*/.exec(match[0])?.[0].length ?? 0;
      const from = match.index + lead;
      const to = match.index + match[0].length;
      const phrase = text.slice(from, to);
      if (phrase === "") return [];
      const after = quiet.slice(from, to + 20);
      if (kind === "person" && OF_PROGRAMS.test(firstClause(after))) return [];
      return [{ from, to, phrase, kind, question }];
    }),
  );
  return withoutOverlaps(found);
}

function firstClause(text: string): string {
  return /^[^.!?;,\n]*/.exec(text)?.[0].trim() ?? "";
}

function personChecks(names: readonly string[]): Check[] {
  const known = names
    .flatMap((name) => [name.trim(), name.trim().split(/\s+/)[0] ?? ""])
    .filter((name) => [...name].length > 1)
    .map((name) => [...name].map((one) => `\\u{${one.codePointAt(0)?.toString(16)}}`).join(""));
  const somebody = [SOMEBODY, ...new Set(known)].join("|");
  const start = "(?<![\\p{L}\\p{N}_/.-])";
  const checks: Check[] = [
    {
      kind: "person",
      pattern: rx(`${start}(?:${somebody})${FAILING}`),
      question: QUESTION.person,
    },
    {
      kind: "person",
      pattern: rx(`${start}(?:${somebody})${NOT_DOING}`),
      question: QUESTION.notDone,
    },
  ];
  if (known.length > 0) {
    const those = [...new Set(known)].join("|");
    checks.push(
      {
        kind: "blame",
        pattern: rx(
          `${start}(?:${those})['’]s?\\s+(?:own\\s+)?(?:fault|mistakes?|errors?|blunders?)\\b`,
        ),
        question: QUESTION.blame,
      },
      {
        kind: "who-why",
        pattern: rx(`\\bwhy\\s+(?:did|didn['’]t|was|wasn['’]t|had|hadn['’]t)\\s+(?:${those})\\b`),
        question: QUESTION.why,
      },
    );
  }
  return checks;
}

/** The text with code, addresses and quoted lines blanked out, every place where it was. */
function veiled(text: string): string {
  return text.replace(/```[\s\S]*?(?:```|$)|`[^`\n]*`|\bhttps?:\/\/\S+|^>.*$/gm, (hidden) =>
    hidden.replace(/[^\n]/g, "\u0001"),
  );
}

/** Of marks that share a place, the one that begins first, and of those the longest. */
function withoutOverlaps(marks: readonly LanguageMark[]): LanguageMark[] {
  const ordered = marks.toSorted((a, b) => a.from - b.from || b.to - a.to);
  const kept: LanguageMark[] = [];
  for (const mark of ordered) {
    const last = kept.at(-1);
    if (!last || mark.from >= last.to) kept.push(mark);
  }
  return kept;
}
