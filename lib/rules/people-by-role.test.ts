import * as fc from "fast-check";
import { expect, it, test } from "vitest";
import { namesToRoles, type Person, peopleByRole } from "./people-by-role";

const people: Person[] = [
  { role: "the commander", name: "Ada Lovelace" },
  { role: "the declarer", name: "Bob" },
  { role: "responder 1", name: "m.chen" },
  { role: "responder 2", name: "李雷" },
  { role: "responder 3", name: "Will Smith" },
  { role: "responder 4", name: "Zoë" },
  { role: "responder 5", name: "O'Neil (ops)" },
  { role: "author 1", name: "a+b" },
];

const SAID: [text: string, as: string][] = [
  ["Ada Lovelace pulled: Roll back", "The commander pulled: Roll back"],
  ["Then Ada saw it.", "Then the commander saw it."],
  ["It helped. Ada left.", "It helped. The commander left."],
  ["- Ada left", "- The commander left"],
  ["Bob's note, by Bob.", "The declarer's note, by the declarer."],
  ["Bobby and Bobsled and kebob stay", "Bobby and Bobsled and kebob stay"],
  ["bob is no name here", "bob is no name here"],
  ["ask @Bob or Bob-Marie", "ask the declarer or Bob-Marie"],
  ["mail Bob@example.com or x@Bob.example", "mail Bob@example.com or x@Bob.example"],
  ["https://code.example/Bob/x and /Bob", "https://code.example/Bob/x and /Bob"],
  ["m.chen looked; mxchen did not", "Responder 1 looked; mxchen did not"],
  ["然后李雷说了", "然后responder 2说了"],
  ["Will it hold? Will Smith says so", "Will it hold? Responder 3 says so"],
  ["Zoë and Zoe\u0308", "Responder 4 and responder 4"],
  ["said O'Neil (ops), twice", "said responder 5, twice"],
  ["a+b aab a+bc", "Author 1 aab a+bc"],
  ["", ""],
];

test.each(SAID)("%s", (text, as) => {
  expect(namesToRoles(text, people)).toBe(as);
});

it("gives one role each, in the order in which they acted, and none to programs", () => {
  expect(
    peopleByRole({
      incident: { commander: "Ada", declaredBy: "Ada", origin: "person" },
      acted: ["Bob", null, "Ada", "Alertmanager", "Known Good", "Bob", "Cy"],
      wrote: ["Bob", "renovate[bot]", "Di", "deploy-bot", "system", ""],
    }),
  ).toEqual([
    { role: "the commander", name: "Ada" },
    { role: "responder 1", name: "Bob" },
    { role: "responder 2", name: "Cy" },
    { role: "author 1", name: "Di" },
  ]);
  const alerted = { commander: null, declaredBy: "Alertmanager", origin: "alertmanager" } as const;
  expect(peopleByRole({ incident: alerted, acted: [], wrote: [] })).toEqual([]);
});

it("doesn't say a first name that two share", () => {
  const two = [
    { role: "the commander", name: "Ada Lovelace" },
    { role: "responder 1", name: "Ada Byron" },
  ];
  expect(namesToRoles("Ada, or Ada Byron?", two)).toBe("Ada, or responder 1?");
});

it("takes any name: what stands alone is gone, and a text without names stays", () => {
  const word = fc.string({ unit: "grapheme", minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(word, (name) => {
      fc.pre(name.trim() === name && name !== "x");
      const said = namesToRoles(`x: ${name} !`, [{ role: "the commander", name }]);
      expect(said === `x: the commander !` || name.startsWith("@")).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(namesToRoles(text, [{ role: "the commander", name: "Qwxyzzy" }])).toBe(text);
    }),
  );
});
