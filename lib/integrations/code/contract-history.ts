/** A pull request that the contract's repository must have merged, in this order. */
export type PastPull = {
  /** What the suite calls it. */
  key: string;
  title: string;
  labels: string[];
  method: "merge" | "squash" | "rebase";
  /** New text by path; null deletes. */
  commits: { message: string; files: Record<string, string | null> }[];
  /** Its files as they are listed, where that isn't every path of its commits. */
  listed?: string[];
};

const price = (line: string) => `export const price = () =>\n  ${line};\n`;

/** A title that everything on its way should leave alone. */
export const NASTY_TITLE =
  "<img src=x onerror=alert(1)> \"$(rm -rf /)\" 'or' `ticks` \\u0000 %00 $[a] \u202Egpj.exe 🎉 javascript:alert(1)";

/** Files of the first commit. */
export const FIRST_FILES: Record<string, string> = {
  "README.md": "# Shop\n",
  "migrations/0001_start.sql": "create table baskets (id int);\n",
  "migrations/0002_names.sql": "alter table baskets add name text;\n",
  "migrations/0003_gone.sql": "create index on baskets (name) where name <> '';\n",
  "src/price.ts": price("100"),
};

const spare = (key: string): PastPull => ({
  key,
  title: `Add ${key}`,
  labels: [],
  method: "squash",
  commits: [{ message: `Add ${key}`, files: { [`src/${key}.ts`]: `export const ${key} = 1;\n` } }],
});

/** The past that the suite tells apart: every method, with one commit and several, and a conflict. */
export const HISTORY: PastPull[] = [
  {
    key: "merge",
    title: "Add the basket",
    labels: ["shop", "needs: care"],
    method: "merge",
    commits: [
      { message: "Start the basket", files: { "src/basket.ts": "export const basket = [];\n" } },
      {
        message: "Guard the basket",
        files: { "src/guard.ts": 'export const guarded = () => flags.on("new-basket");\n' },
      },
    ],
  },
  {
    key: "squash",
    title: "Keep orders",
    labels: [],
    method: "squash",
    commits: [
      { message: "Orders", files: { "src/orders.ts": "export const orders = 1;\n" } },
      {
        message: "Their table",
        files: { "migrations/0007_orders.sql": "create table orders (id int);\n" },
      },
    ],
  },
  {
    key: "rebase",
    title: "Show stock",
    labels: ["shop"],
    method: "rebase",
    commits: [
      { message: "Count stock", files: { "src/stock.ts": "export const stock = 1;\n" } },
      {
        message: "Name stock\n\nSo that it can be found.",
        files: { "src/name.ts": "export {};\n" },
      },
      { message: "Configure stock", files: { "k8s/stock.yaml": "replicas: 2\n" } },
    ],
  },
  {
    key: "rewritten",
    title: "Tidy up the migrations",
    labels: [],
    method: "squash",
    listed: [
      "migrations/0001_start.sql",
      "migrations/0003_gone.sql",
      "migrations/0006_names.sql",
      "migrations/0008_notes.sql",
      "migrations/0009_nul.sql",
      "services/pay/db/0001 first#1.sql",
    ],
    commits: [
      {
        message: "Rewrite, move and remove what ran, add more",
        files: {
          "migrations/0001_start.sql": "create table baskets (id bigint);\n",
          "migrations/0002_names.sql": null,
          "migrations/0003_gone.sql": null,
          "migrations/0006_names.sql": "alter table baskets add name text;\n",
          "migrations/0008_notes.sql": "-- Größe €\nalter table orders add note text;\n",
          "migrations/0009_nul.sql": "select '\0';\n",
          "services/pay/db/0001 first#1.sql": "create table payments (id int);\n",
        },
      },
    ],
  },
  {
    key: "rebase-one",
    title: "Say hello",
    labels: [],
    method: "rebase",
    commits: [{ message: "Greet", files: { "src/hello.ts": 'export const hello = "hi";\n' } }],
  },
  { ...spare("nasty"), title: NASTY_TITLE },
  {
    ...spare("conflicting"),
    title: "Raise the price",
    commits: [{ message: "Raise the price", files: { "src/price.ts": price("120") } }],
  },
  {
    ...spare("later"),
    title: "Raise the price again",
    commits: [{ message: "Raise it again", files: { "src/price.ts": price("150") } }],
  },
  ...[
    "opened",
    "pressed",
    "moved",
    "refused",
    "followed",
    "lost1",
    "lost2",
    "lost3",
    "lost4",
    "hung",
  ].map(spare),
];
