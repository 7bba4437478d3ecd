import "server-only";
import * as z from "zod";

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((entry) => entry.trim().toLowerCase())
      .filter((entry) => entry !== ""),
  );

const httpUrl = z
  .url({ protocol: /^https?$/, error: "an address that begins with http:// or https://" })
  .transform((text) => text.replace(/\/+$/, ""));

const isKey = (text: string) => /^[A-Za-z0-9+/_-]{43}=?$/.test(text);

/** Every variable the program reads: the start checks them and the docs table is drawn from them. */
export const EnvSchema = z.object({
  KNOWN_GOOD_URL: httpUrl
    .optional()
    .describe("Address people reach the program by. Default: http://127.0.0.1 and the port."),
  KNOWN_GOOD_CONFIG: z
    .string()
    .min(1)
    .optional()
    .describe("The configuration file. Default: known-good.yaml, if there is one."),
  KNOWN_GOOD_DATA: z
    .string()
    .min(1)
    .default(".data")
    .describe("Folder of the embedded database and of the key made for it."),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "an address that begins with postgresql://" })
    .optional()
    .describe("A PostgreSQL server to use instead of the embedded database."),
  KNOWN_GOOD_KEY: z
    .string()
    .refine(isKey, "32 bytes in base64, for example from: openssl rand -base64 32")
    .optional()
    .describe(
      "Key that seals Pod templates in the database. Required with DATABASE_URL; otherwise made in the data folder.",
    ),
  KNOWN_GOOD_SECRET: z
    .string()
    .min(32, "at least 32 characters, for example from: openssl rand -base64 32")
    .optional()
    .describe("Protects the sign-in exchange. Without it nobody can sign in."),
  KNOWN_GOOD_GITHUB_OAUTH_ID: z
    .string()
    .min(1)
    .optional()
    .describe("Client id of a GitHub OAuth app, for signing in with GitHub."),
  KNOWN_GOOD_GITHUB_OAUTH_SECRET: z
    .string()
    .min(1)
    .optional()
    .describe("Client secret of that OAuth app."),
  KNOWN_GOOD_GITHUB_OAUTH_URL: httpUrl
    .default("https://github.com")
    .describe("GitHub to sign in with; set it for GitHub Enterprise Server."),
  KNOWN_GOOD_OIDC_ISSUER: httpUrl
    .optional()
    .describe("Issuer of an OpenID Connect provider, for signing in with it."),
  KNOWN_GOOD_OIDC_CLIENT_ID: z.string().min(1).optional().describe("Client id at that issuer."),
  KNOWN_GOOD_OIDC_CLIENT_SECRET: z
    .string()
    .min(1)
    .optional()
    .describe("Client secret at that issuer."),
  KNOWN_GOOD_OIDC_NAME: z
    .string()
    .min(1)
    .default("Single sign-on")
    .describe("What the sign-in button calls that issuer."),
  KNOWN_GOOD_ADMINS: list.describe(
    "Who may also configure: verified e-mail addresses and GitHub logins, separated by commas.",
  ),
  KNOWN_GOOD_RESPONDERS: list.describe("Who may act: the same kind of list."),
  KNOWN_GOOD_DEFAULT_ROLE: z
    .enum(["none", "viewer", "responder"])
    .default("none")
    .describe("Role of people on neither list who can sign in; `none` refuses them."),
  KNOWN_GOOD_TOKEN: z
    .string()
    .min(24, "at least 24 characters")
    .optional()
    .describe("A first token for scripts, with the role responder."),
  KNOWN_GOOD_DEMO: z
    .enum(["1"])
    .optional()
    .describe("Set by `npm run demo`: allows the demo identity, on this machine only."),
  KNOWN_GOOD_LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("How much is written to the log."),
  KNOWN_GOOD_POOL: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(8)
    .describe("Connections to the database, at most."),
  KNOWN_GOOD_EVIDENCE_DAYS: z.coerce
    .number()
    .int()
    .min(0, "a number of days from 0 to 3650")
    .max(3650, "a number of days from 0 to 3650")
    .default(30)
    .describe("Days for which what a lever makes disappear is kept; 0 keeps nothing."),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000).describe("Port to listen on."),
});

export type Env = z.infer<typeof EnvSchema> & {
  /** Without a trailing slash. */
  publicUrl: string;
};

/** The environment is wrong; the message names every variable that is, one per line. */
export class EnvError extends Error {
  constructor(lines: string[]) {
    super(`The environment is not right:\n${lines.map((line) => `  ${line}`).join("\n")}`);
    this.name = "EnvError";
  }
}

const PAIRS: [keyof z.infer<typeof EnvSchema>, ...(keyof z.infer<typeof EnvSchema>)[]][] = [
  ["KNOWN_GOOD_GITHUB_OAUTH_ID", "KNOWN_GOOD_GITHUB_OAUTH_SECRET"],
  ["KNOWN_GOOD_OIDC_ISSUER", "KNOWN_GOOD_OIDC_CLIENT_ID", "KNOWN_GOOD_OIDC_CLIENT_SECRET"],
];

/** Reads and checks the environment. An empty variable counts as unset. Throws EnvError. */
export function readEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = EnvSchema.safeParse(given);
  const lines = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join(".")}: expected ${issue.message}`);
  for (const pair of PAIRS) {
    const missing = pair.filter((name) => given[name] === undefined);
    if (missing.length > 0 && missing.length < pair.length) {
      lines.push(
        `${missing.join(", ")}: expected beside ${pair.filter((n) => given[n]).join(", ")}`,
      );
    }
  }
  if (given.DATABASE_URL !== undefined && given.KNOWN_GOOD_KEY === undefined) {
    lines.push("KNOWN_GOOD_KEY: expected, because DATABASE_URL is set");
  }
  if (!parsed.success || lines.length > 0) throw new EnvError(lines);
  const env = parsed.data;
  return { ...env, publicUrl: env.KNOWN_GOOD_URL ?? `http://127.0.0.1:${env.PORT}` };
}

/** The table in the documentation: one row per variable. */
export function envTable(): string {
  const rows = Object.entries(EnvSchema.shape).map(([name, schema]) => {
    const value = defaultOf(schema);
    return `| \`${name}\` | ${value === "" ? "" : `\`${value}\``} | ${schema.description ?? ""} |`;
  });
  return ["| Variable | Not set | Meaning |", "|---|---|---|", ...rows].join("\n");
}

function defaultOf(schema: unknown): string {
  if (schema instanceof z.ZodDefault) return String(schema.def.defaultValue);
  return schema instanceof z.ZodPipe ? defaultOf(schema.def.in) : "";
}
