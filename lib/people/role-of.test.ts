import { expect, test } from "vitest";
import { roleOf } from "./role-of";

const lists = { admins: ["ada@example.com", "grace"], responders: ["linus"], otherwise: null };

test.each([
  [{ email: "ada@example.com", login: null }, "admin"],
  [{ email: "Ada@Example.com", login: null }, "admin"],
  [{ email: null, login: "Grace" }, "admin"],
  [{ email: null, login: "linus" }, "responder"],
  [{ email: "grace", login: null }, null],
  [{ email: null, login: "ada@example.com" }, null],
  [{ email: "someone@example.com", login: "someone" }, null],
  [{ email: null, login: null }, null],
  [{ email: "", login: "" }, null],
])("%j is %s", (person, role) => {
  expect(roleOf(person, lists)).toBe(role);
});

test("people on no list get what was set for them", () => {
  const open = { ...lists, otherwise: "viewer" as const };
  expect(roleOf({ email: null, login: "someone" }, open)).toBe("viewer");
});
