import { expect, test } from "vitest";
import { EnvError, EnvSchema, envTable, readEnv } from "./env";

test("an empty environment is a working one", () => {
  const env = readEnv({ KNOWN_GOOD_URL: "" });
  expect(env.publicUrl).toBe("http://127.0.0.1:3000");
  expect(env.KNOWN_GOOD_DATA).toBe(".data");
  expect(env.KNOWN_GOOD_DEFAULT_ROLE).toBe("none");
  expect(env.KNOWN_GOOD_ADMINS).toEqual([]);
});

test("lists are split, trimmed and lower-case; addresses lose their last slash", () => {
  const env = readEnv({
    KNOWN_GOOD_ADMINS: " Ada@Example.com, grace ,,",
    KNOWN_GOOD_URL: "https://good.example.com/",
  });
  expect(env.KNOWN_GOOD_ADMINS).toEqual(["ada@example.com", "grace"]);
  expect(env.publicUrl).toBe("https://good.example.com");
});

test("every wrong variable is named, in one go, without its value", () => {
  const wrong = {
    DATABASE_URL: "mysql://hunter2@db",
    KNOWN_GOOD_SECRET: "hunter2",
    KNOWN_GOOD_KEY: "hunter2",
    KNOWN_GOOD_DEMO: "yes",
    PORT: "eighty",
    KNOWN_GOOD_GITHUB_OAUTH_ID: "id",
  };
  const read = () => readEnv(wrong);
  expect(read).toThrow(EnvError);
  for (const name of Object.keys(wrong).filter((each) => !each.includes("OAUTH"))) {
    expect(read).toThrow(new RegExp(`${name}: expected`));
  }
  expect(read).toThrow(/KNOWN_GOOD_GITHUB_OAUTH_SECRET: expected beside/);
  expect(read).not.toThrow(/hunter2/);
});

test("a server database needs a key that its owner keeps", () => {
  const read = () => readEnv({ DATABASE_URL: "postgresql://db/known_good" });
  expect(read).toThrow(/KNOWN_GOOD_KEY: expected, because DATABASE_URL is set/);
});

test("every variable has its row and its words", () => {
  const table = envTable();
  for (const name of Object.keys(EnvSchema.shape)) {
    expect(table).toMatch(new RegExp(`\\| \`${name}\` \\| .{10,} \\|`));
  }
});
