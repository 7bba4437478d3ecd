import type { PodTemplate } from "@/lib/contracts/pod-template";
import { secretPairs } from "./redact-pairs";
import { knownTokens, secretAddresses } from "./redact-tokens";

/** Stands in for a value that nobody should read on a screen. */
export const MASK = "••••••";

const SECRET_NAME =
  /pass(word|wd|phrase)|passwd|secret|token|credential|private|api[_-]?key|connection[_-]?string|encrypt|hmac|bearer|(^|[_.\-/\s])(pass|pwd|pw|keys?|dsn|auth|certs?|salt|pat|sas|jwt|pin|otp|cookie|session|signature|webhook)([_.\-/]|$)|[a-z](Key|Pwd|Pass|Dsn)s?$|(KEY|DSN|PWD)$/i;
/** `user:password@` in an address, or the look of a well-known kind of key. */
const SECRET_VALUE =
  /\/\/[^\s/@]*:[^\s@]+@|(password|passwd|pwd|secret|token|account_?key|api[_-]?key)["']?\s*[=:]|-----BEGIN|\b(gh[pousr]_|github_pat_|glpat-|xox[abposr]-|sk[-_](live|test|proj|ant)|AKIA|ASIA|AIza)|eyJ[\w-]{8,}\.|\b(Bearer|Basic)\s+\S/i;
const SECRET_FLAG = /-[\w-]*(pass|secret|token|key|auth)[\w-]*\s+\S/i;

/** Does a variable's name, or the look of its value, say that it is a secret? */
export function looksSecret(name: string, value: string): boolean {
  return SECRET_NAME.test(name) || holdsSecret(value);
}

/** What a text that is kept would have masked is no more to be shown here. */
function holdsSecret(value: string): boolean {
  if (SECRET_VALUE.test(value)) return true;
  return [knownTokens, secretAddresses, secretPairs].some((find) => find(value).length > 0);
}

/** A value as it may be shown: masked when its name or its look says that it is secret. */
export function shown(name: string, value: string): string {
  return looksSecret(name, value) ? MASK : value;
}

/** A command line as it may be shown: `--db-password=x`, and what follows a bare `--password`, are masked. */
export function shownArguments(list: readonly string[]): string[] {
  return list.map((one, index) => {
    const before = list[index - 1] ?? "";
    const follows = before.startsWith("-") && !before.includes("=") && !one.startsWith("-");
    if (follows && looksSecret(before, one)) return MASK;
    const [flag = "", ...rest] = one.split("=");
    if (rest.length > 0 && looksSecret(flag, rest.join("="))) return `${flag}=${MASK}`;
    return holdsSecret(one) || SECRET_FLAG.test(one) ? MASK : one;
  });
}

/**
 * A Pod template fit to be shown: literal values of secret-looking variables, headers, annotations and
 * arguments are replaced. References to Secrets are names, not values, and stay.
 */
export function maskTemplate(template: PodTemplate): PodTemplate {
  const masked = maskTree(template, "");
  return { ...(masked as typeof template) };
}

/** Maps whose keys people choose, so that a key says something about its value. */
const CHOSEN_KEYS = new Set([
  "labels",
  "annotations",
  "nodeSelector",
  "volumeAttributes",
  "options",
]);

function maskTree(value: unknown, field: string): unknown {
  if (typeof value === "string") return field === "image" ? value : shown("", value);
  if (Array.isArray(value)) {
    const isCommand = (field === "args" || field === "command") && value.every(isText);
    return isCommand ? shownArguments(value) : value.map((one) => maskTree(one, field));
  }
  if (!isRecord(value)) return value;
  if (isText(value.name) && isText(value.value)) {
    return { ...value, value: shown(value.name, value.value) };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      CHOSEN_KEYS.has(field) && isText(one) ? shown(key, one) : maskTree(one, key),
    ]),
  );
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
