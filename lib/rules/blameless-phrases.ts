/** Word classes that the language check is made of; regular expression sources without flags. */

const IRREGULAR =
  `beaten become been begun bent blown bought brought broken built bound caught chosen
  come done drawn driven dealt eaten fallen fed felt fought forgotten forgiven found frozen given gone
  got gotten grown heard held hidden kept known laid led left lent lost made meant met paid proven
  realised realized rung said seen sent shown shut slept sold sought spent spoken spread stood stopped
  stuck sworn taken taught thought thrown told understood undone woken won worn worked written`
    .split(/\s+/)
    .join("|");

/** Participles that often stand before a noun: "should have automated tests" asks for tests. */
const DESCRIBING =
  `added advanced aggregated automated bounded bundled cached calculated centralised
  centralized combined compressed configured connected controlled coordinated customised customized
  dated dedicated defined delayed deployed detailed detected distributed documented encrypted estimated
  expected fixed generated graded guaranteed gated improved increased integrated isolated known layered
  limited linked localised localized mirrored named nested numbered ordered organised organized owned
  paired partitioned planned prepared prioritised prioritized recorded reduced related reported required
  reserved restricted reviewed rotated scheduled scoped separated shared signed staged standardised
  standardized stored structured supported targeted tested throttled timed tracked trained typed unified
  updated validated verified versioned weighted written`
    .split(/\s+/)
    .join("|");

const ADVERB =
  "(?:not|never|also|already|always|just|only|really|simply|easily|probably|certainly|clearly|at least|perhaps|maybe|then|still|all|both|each|ever|even|immediately|quickly|first|better|more|soon(?:er)?|much)";

/** What shows that a participle is a verb here: an object, a preposition, or the end of the clause. */
const AFTER_VERB =
  "(?=\\s*(?:$|[.,;:!?)\\]—–-])|\\s+(?:the|a|an|this|that|these|those|it|its|them|us|him|her|you|me|our|their|his|my|your|all|any|every|each|some|no|more|when|if|before|after|because|by|for|from|in|into|on|off|out|up|down|over|to|with|at|as|and|or|but|so|than|sooner|earlier|first|instead|there|here|what|whether|how)\\b)";

const VERB_NOT_SURE = `(?:${DESCRIBING})${AFTER_VERB}`;
const VERB_ED = `(?!(?:${DESCRIBING})\\b|(?:need|speed|feed|seed|shed|bed|red|hundred)\\b)[a-z]{2,}ed\\b`;

/** A perfect participle, or something that can only be one. */
export const PARTICIPLE = `(?:${VERB_NOT_SURE}|(?:${IRREGULAR})\\b|${VERB_ED}|(?:read|set|put|run|cut|let|hit|cost)${AFTER_VERB})`;

/** "have", "'ve", and what is often written for it. */
export const HAVE = `(?:\\s+have|['’]ve|\\s+of)(?:\\s+${ADVERB})*`;

const ROLE_NOUN =
  "(?:engineers?|developers?|devs?|operators?|responders?|commander|declarer|authors?|reviewers?|teams?|admins?|administrators?|managers?|deployer|colleagues?|people|person|staff|on-call)";

/** Somebody: a pronoun, a role, or an address like @ada. Known names are added by the check. */
export const SOMEBODY = `(?:I|we|he|she|they|you|someone|somebody|no one|nobody|everyone|everybody|(?:the|our|an?|their|whichever|another)\\s+(?:[a-z-]+\\s+)?${ROLE_NOUN}(?:\\s+\\d+)?|(?:responder|author)\\s+\\d+|@[a-z0-9][a-z0-9-]*)`;

const HELPERS =
  "(?:\\s+(?:had|has|have|also|then|again|simply|just|clearly|accidentally|mistakenly|inadvertently|carelessly|wrongly|obviously|repeatedly|apparently|somehow|completely|almost|nearly|even|never))*";

/** What a person is said to have got wrong. */
export const FAILING = `${HELPERS}\\s+(?:broke|broken|forgot|forgotten|failed|missed|ignored|overlooked|neglected|botched|blundered|caused|misconfigured|mistyped|misread|misjudged|mishandled|misunderstood|mismanaged|messed\\s+up|screwed\\s+up|rushed|slipped\\s+up|panicked|hesitated|(?:made|committed)\\s+(?:a|an|the|another|this|that)\\s+(?:\\w+\\s+)?(?:mistake|error|blunder)|took\\s+down|brought\\s+down|(?:was|were)\\s+(?:\\w+\\s+)?(?:careless|sloppy|negligent|lazy|wrong|at\\s+fault|to\\s+blame|inattentive|distracted|reckless|unprepared|incompetent|responsible\\s+for\\s+(?:the|this)\\s+(?:outage|incident|failure|mistake|problem|breakage)))\\b`;

/** What a person is said not to have done. */
export const NOT_DOING =
  "\\s+(?:did\\s+not|didn['’]t|never)\\s+(?:even\\s+|properly\\s+|really\\s+|carefully\\s+|bother(?:ed)?\\s+to\\s+)?(?:check|checked|test|tested|notice|noticed|read|follow|followed|reali[sz]e|reali[sz]ed|think|thought|look|looked|tell|told|ask|asked|communicate|communicated|verify|verified|document|documented|escalate|escalated|review|reviewed|pay\\s+attention|paid\\s+attention|understand|understood|care|cared|bother|bothered|monitor|monitored|listen|listened|warn|warned|update|updated)\\b";
