import { expect, test } from "vitest";
import { aFreeze, at } from "@/lib/server/test-loose-ends";
import { freezeOfPress } from "./freeze-of-press";

const press = { services: ["checkout"], incidentId: "INC-1" };
const now = Date.parse(at(10));

test("a press freezes what isn't frozen for its incident yet", () => {
  const freezes = [
    aFreeze({ incidentId: "INC-2" }),
    aFreeze({ services: ["checkout", "search"] }),
    aFreeze({ services: [] }),
    aFreeze({ thawedAt: at(5) }),
    aFreeze({ until: at(9) }),
  ];
  expect(freezeOfPress(press, freezes, now)).toEqual({
    box: "Freeze other deliveries of checkout for 60 min",
    along: "It freezes other deliveries of checkout for 60 min, too.",
  });
});

test("a press renews the freeze that its incident has on the same services", () => {
  expect(freezeOfPress(press, [aFreeze({ until: at(20) })], now)).toEqual({
    box: "F-1 already freezes checkout until 10:20 UTC; pulling renews it for 60 min",
    along: "It renews F-1 for 60 min, too.",
  });
  expect(freezeOfPress(press, [aFreeze({ until: at(90) })], now)).toEqual({
    box: "F-1 already freezes checkout until 11:30 UTC; pulling leaves it so",
    along: "F-1 goes on freezing checkout.",
  });
});
