import type { Incident } from "@/lib/contracts/incident";
import type { RetroDocument, TimelineItem } from "@/lib/contracts/retro";

/** Somebody who took part: what they did, and their name. */
export type Person = { role: string; name: string };

/** Programs and words that are no person, however they were signed in. */
const NO_PERSON = new Set(
  `admin alertmanager anonymous api automation bot checkout ci cd console cron deploy deployer github
  jenkins main nobody operator pager prod production root script service staging system test tests
  unknown user`.split(/\s+/),
);

/** First names that are also words: alone, they are left as they stand. */
const ALSO_WORDS = new Set(
  `Art April August Autumn Bill Chance Chase Christian Crystal Dale Dawn Dean Drew Earnest Faith Flora
  Frank Gene Glen Grace Grant Guy Harmony Heath Herb Hope Hunter Iris Ivy Jack Jasmine Jewel Joy June
  Lance Marina Mark Mason Max May Melody Miles Nick Norm Olive Page Parker Pat Pearl Penny Pierce
  Porter Ray Rich Rob Robin Rock Rose Ruby Rusty Sage Sandy Skip Sky Star Sterling Sue Summer Terry
  Tucker Victor Viola Violet Wade Ward Will Win Winter`.split(/\s+/),
);

/**
 * Who took part, each by one role: the commander, the declarer, then responders and authors in the
 * order in which they appear. Programs are nobody. `acted`: names from presses, notes and moves;
 * `wrote`: of those whose changes are told of. Names that are empty are passed over.
 */
export function peopleByRole(input: {
  incident: Pick<Incident, "commander" | "declaredBy" | "origin">;
  acted: readonly (string | null)[];
  wrote: readonly (string | null)[];
}): Person[] {
  const people: Person[] = [];
  const add = (name: string | null, role: string) => {
    const isKnown = people.some((person) => person.name === name);
    if (name && !isKnown && isPerson(name)) people.push({ role, name });
  };
  const { incident } = input;
  add(incident.commander, "the commander");
  if (incident.origin !== "alertmanager") add(incident.declaredBy, "the declarer");
  const before = people.length;
  for (const name of input.acted) add(name, `responder ${people.length - before + 1}`);
  const actors = people.length;
  for (const name of input.wrote) add(name, `author ${people.length - actors + 1}`);
  return people;
}

function isPerson(name: string): boolean {
  const trimmed = name.trim();
  if (trimmed === "" || trimmed === "Known Good") return false;
  return !NO_PERSON.has(trimmed.toLowerCase()) && !/\[bot\]$|[-_ ]bot$/i.test(trimmed);
}

/**
 * Says a text with roles for names: whole names as they were recorded (with or without @), and first
 * names alone where they are one person's and no ordinary word. Parts of other words, of addresses
 * and of paths stay. Upper case where a sentence begins.
 */
export function namesToRoles(text: string, people: readonly Person[]): string {
  return roleSayer(people)(text);
}

/** The same for many texts: what is looked for is worked out once. */
export function roleSayer(people: readonly Person[]): (text: string) => string {
  const roles = new Map<string, string>();
  for (const { name, role } of people) {
    const plain = name.trim();
    for (const form of [plain, plain.normalize("NFC"), plain.normalize("NFD")]) {
      if (!roles.has(form)) roles.set(form, role);
    }
  }
  for (const [first, role] of firstNames(people)) if (!roles.has(first)) roles.set(first, role);
  if (roles.size === 0) return (text) => text;
  const forms = [...roles.keys()].sort((a, b) => b.length - a.length).map(bounded);
  const pattern = new RegExp(forms.join("|"), "gu");
  return (text) =>
    text.replace(pattern, (found, ...rest) => {
      const role = roles.get(found.replace(/^@/, "")) ?? roles.get(found) ?? found;
      const offset = rest.find((one): one is number => typeof one === "number") ?? 0;
      return isSentenceStart(text, offset) ? role.charAt(0).toUpperCase() + role.slice(1) : role;
    });
}

function firstNames(people: readonly Person[]): Map<string, string> {
  const firsts = new Map<string, string | null>();
  for (const { name, role } of people) {
    const [first, ...others] = name.trim().split(/\s+/);
    if (!first || others.length === 0 || first.length < 3 || ALSO_WORDS.has(first)) continue;
    firsts.set(first, firsts.has(first) ? null : role);
  }
  return new Map([...firsts].flatMap(([first, role]) => (role === null ? [] : [[first, role]])));
}

/** Scripts that put no space between words: there a name's end can't be told from a boundary. */
const UNSPACED = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Thai}]/u;

function bounded(name: string): string {
  const characters = [...name];
  const isLong = characters.length > 1;
  const before =
    isLong && UNSPACED.test(characters[0] ?? "") ? "" : "(?<![\\p{L}\\p{N}\\p{M}_/.#@-])";
  const after =
    isLong && UNSPACED.test(characters.at(-1) ?? "")
      ? ""
      : "(?![\\p{L}\\p{N}\\p{M}_@/]|-[\\p{L}\\p{N}]|\\.[\\p{L}\\p{N}])";
  // Every character by its number: nothing in a name can mean anything to the pattern.
  const exact = characters.map((one) => `\\u{${one.codePointAt(0)?.toString(16)}}`).join("");
  return `${before}@?${exact}${after}`;
}

function isSentenceStart(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - 40), offset);
  return /(?:[.!?…]["”’)]*\s+|(?:^|\n)\s*(?:[-*]\s+)?)$/.test(before);
}

/** What of a document is said by role: everything, or only what people can't edit in place. */
export type Reach = "all" | "drafted";

/**
 * A document with roles for names. `all`: for readers of a published one, with all that people wrote.
 * `drafted`: for its editors, whose own words stay as they typed them. Owners of follow-ups keep
 * their names: they are asked, not described.
 */
export function documentByRole(
  document: RetroDocument,
  people: readonly Person[],
  reach: Reach,
): RetroDocument {
  const say = roleSayer(people);
  const typed = reach === "all" ? say : (text: string) => text;
  const orNull = (text: string | null) => (text === null ? null : say(text));
  const typedOrNull = (text: string | null) => (text === null ? null : typed(text));
  const roleOf = (name: string | null) =>
    name === null ? null : (people.find((person) => person.name === name)?.role ?? say(name));
  const item = (one: TimelineItem): TimelineItem => ({
    ...one,
    text: say(one.text),
    originalText: orNull(one.originalText),
    by: roleOf(one.by),
    merged: one.merged.map((inner) => ({ ...inner, text: say(inner.text) })),
    note: typedOrNull(one.note),
    attachments: one.attachments.map((attachment) => ({
      ...attachment,
      title: typed(attachment.title),
      text: typedOrNull(attachment.text),
    })),
  });
  return {
    ...document,
    incident: {
      ...document.incident,
      title: typed(document.incident.title),
      commander: roleOf(document.incident.commander),
      declaredBy: roleOf(document.incident.declaredBy) ?? "",
    },
    people: document.people.map(({ role }) => ({ role, name: null })),
    alternatives: document.alternatives.map((one) => ({
      ...one,
      label: say(one.label),
      sentence: say(one.sentence),
    })),
    advice: document.advice && {
      ...document.advice,
      because: say(document.advice.because),
      sentence: say(document.advice.sentence),
    },
    looseEnds: document.looseEnds.map((end) => ({
      ...end,
      sentence: say(end.sentence),
      closedBy: orNull(end.closedBy),
    })),
    timeline: document.timeline.map(item),
    sections: document.sections.map((section) => ({
      ...section,
      text: section.isDrafted ? say(section.text) : typed(section.text),
      editedBy: reach === "all" ? roleOf(section.editedBy) : section.editedBy,
    })),
    factors: document.factors.map((factor) => ({ ...factor, text: typed(factor.text) })),
    followUps: document.followUps.map((one) => ({ ...one, title: typed(one.title) })),
  };
}
