import { describe, expect, test } from "vitest";
import { judgeMigrations } from "@/lib/rules/judge-migrations";

const INDEX = "CREATE INDEX i ON orders ";
const ADD = "ALTER TABLE orders ADD k ";

const CASES: readonly ["compatible" | "unknown" | "incompatible", string][] = [
  ["incompatible", `${INDEX}(((payload ->> 'account')::bigint))`],
  ["incompatible", `${INDEX}((jsonb_extract_path_text(payload, 'account')::uuid))`],
  ["incompatible", `${INDEX}(total) WHERE total / lines > 2`],
  ["incompatible", `${INDEX}(tstzrange(starts_at, ends_at))`],
  ["incompatible", `${ADD}int GENERATED ALWAYS AS (total / lines) STORED`],
  ["incompatible", `${ADD}int GENERATED ALWAYS AS (jsonb_array_length(tags)) STORED`],
  ["unknown", `${INDEX}((account::bigint))`],
  ["unknown", `${INDEX}((parse_account(payload)))`],
  ["unknown", `${INDEX}((util.lower(name)))`],
  ["unknown", `${ADD}int GENERATED ALWAYS AS ((string_to_array(a, ','))[1]::int) STORED`],
  ["unknown", `${ADD}varchar(9) GENERATED ALWAYS AS (name || code) STORED`],
  [
    "unknown",
    `${INDEX}((CASE WHEN payload ->> 'n' ~ '^[0-9]+$' THEN (payload ->> 'n')::bigint END))`,
  ],
  ["compatible", `${INDEX}(lower(name), (created_at::date), (id::text), (payload ->> 'account'))`],
  ["compatible", `${INDEX}(date_trunc('day', created_at AT TIME ZONE 'UTC'))`],
  ["compatible", `${ADD}int GENERATED ALWAYS AS (total / nullif(lines, 0)) STORED`],
  ["compatible", `${ADD}int GENERATED ALWAYS AS (total / 100) STORED`],
  ["compatible", `${ADD}varchar(9) GENERATED ALWAYS AS (left(name, 9)) STORED`],
  [
    "compatible",
    `${ADD}char(1) GENERATED ALWAYS AS (CASE WHEN total > 0 THEN 'a' ELSE 'b' END) STORED`,
  ],
  // What the older version leaves empty, it leaves uncast.
  ["compatible", `${ADD}text; ${INDEX}((k::bigint))`],
  ["compatible", `${ADD}text; ${INDEX}(((payload ->> 'n')::bigint)) WHERE k IS NOT NULL`],
];

describe("what is worked out of what the older version writes", () => {
  test.each(CASES)("%s: %s", async (verdict, content) => {
    const files = [{ path: "migrations/1_a.sql", content }];
    const judged = await judgeMigrations(files, { dialect: "postgresql" });
    expect(judged.verdict, judged.findings[0]?.sentence).toBe(verdict);
  });
});

test.each([
  ["incompatible", "ALTER TABLE nodes ALTER CONSTRAINT k NOT DEFERRABLE"],
  ["unknown", "ALTER TABLE nodes ALTER CONSTRAINT k DEFERRABLE INITIALLY IMMEDIATE"],
  ["compatible", "ALTER TABLE nodes ALTER CONSTRAINT k DEFERRABLE INITIALLY DEFERRED"],
  ["unknown", "ALTER TABLE nodes REPLICA IDENTITY NOTHING"],
  ["compatible", "ALTER TABLE nodes REPLICA IDENTITY FULL"],
  ["unknown", "CREATE TABLE old_nodes (gone_at date) INHERITS (nodes)"],
  ["compatible", "CREATE TABLE a (id int); CREATE TABLE b () INHERITS (a)"],
  ["compatible", "CREATE TABLE n_2027 PARTITION OF nodes FOR VALUES FROM (1) TO (2)"],
  ["compatible", "CREATE TABLE n PARTITION OF nodes FOR VALUES IN (2); CREATE INDEX ON n (kind)"],
  [
    "compatible",
    "CREATE TABLE nodes (id int) PARTITION BY LIST (id); CREATE TABLE n PARTITION OF nodes FOR VALUES IN (2) ; CREATE UNIQUE INDEX u ON n (id)",
  ],
  [
    "incompatible",
    "CREATE TABLE n PARTITION OF nodes FOR VALUES IN (2); CREATE UNIQUE INDEX u ON n (kind)",
  ],
  [
    "incompatible",
    "CREATE TABLE n PARTITION OF nodes FOR VALUES IN (2); ALTER TABLE n ADD CHECK (size > 5)",
  ],
  [
    "incompatible",
    "CREATE TABLE n PARTITION OF nodes FOR VALUES IN (2); ALTER TABLE n ADD FOREIGN KEY (owner) REFERENCES owners (id)",
  ],
  ["incompatible", "CREATE TABLE n PARTITION OF nodes (owner NOT NULL) FOR VALUES IN (2)"],
  ["incompatible", "CREATE TABLE n PARTITION OF nodes (CHECK (size > 5)) FOR VALUES IN (2)"],
  ["unknown", "CREATE TABLE n PARTITION OF nodes FOR VALUES IN (2) PARTITION BY RANGE (size)"],
  ["unknown", "CREATE TABLE n PARTITION OF nodes FOR VALUES IN (2); INSERT INTO n VALUES (1, 2)"],
  [
    "unknown",
    "ALTER TABLE nodes ADD k int REFERENCES kinds; ALTER TABLE nodes ALTER k SET DEFAULT 1",
  ],
  ["compatible", "ALTER TABLE nodes ADD k int DEFAULT 1 REFERENCES kinds"],
])("%s: %s", async (verdict, content) => {
  const files = [{ path: "migrations/1_a.sql", content }];
  expect((await judgeMigrations(files, { dialect: "postgresql" })).verdict).toBe(verdict);
});

test("a policy that asks for a setting of the session, beside those that are there", async () => {
  const policy = "CREATE POLICY p ON $1 USING (tenant = current_setting('app.tenant')::int);";
  const judge = (content: string) =>
    judgeMigrations([{ path: "migrations/1_a.sql", content }], { dialect: "postgresql" });
  expect((await judge(policy.replace("$1", "orders"))).verdict).toBe("unknown");
  const onNew = `CREATE TABLE notes (tenant int); ${policy.replace("$1", "notes")}`;
  expect((await judge(onNew)).verdict).toBe("compatible");
});
