import "server-only";
import * as z from "zod";
import { type Path, unwrapped } from "./config-problems";

const EnvReference = z.strictObject({ env: z.string().min(1) });

export type SecretProblem = { path: Path; expected: string };

/**
 * Puts the values of environment variables where the file names them. A secret written into the
 * file itself is refused: files are copied, shown and committed.
 */
export function fillSecrets(
  schema: z.ZodType,
  value: unknown,
  env: Record<string, string | undefined>,
  path: Path = [],
): { value: unknown; problems: SecretProblem[] } {
  if (isSecret(schema)) return fillOne(value, env, path);
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodUnion) {
    // Alternatives name their secrets differently; each fills what it knows.
    let filled = value;
    const problems: SecretProblem[] = [];
    for (const option of inner.options) {
      if (!(option instanceof z.ZodType)) continue;
      const part = fillSecrets(option, filled, env, path);
      filled = part.value;
      for (const problem of part.problems) {
        if (!problems.some((other) => other.path.join() === problem.path.join())) {
          problems.push(problem);
        }
      }
    }
    return { value: filled, problems };
  }
  if (!(inner instanceof z.ZodObject) || !isRecord(value)) return { value, problems: [] };
  const filled: Record<string, unknown> = { ...value };
  const problems: SecretProblem[] = [];
  for (const [key, field] of Object.entries(inner.shape)) {
    if (filled[key] === undefined || !(field instanceof z.ZodType)) continue;
    const part = fillSecrets(field, filled[key], env, [...path, key]);
    filled[key] = part.value;
    problems.push(...part.problems);
  }
  return { value: filled, problems };
}

function fillOne(
  value: unknown,
  env: Record<string, string | undefined>,
  path: Path,
): { value: unknown; problems: SecretProblem[] } {
  const reference = EnvReference.safeParse(value);
  if (!reference.success) {
    const example = String(path.at(-1) ?? "secret")
      .replace(/([a-z])([A-Z])/g, "$1_$2")
      .toUpperCase();
    return {
      value: undefined,
      problems: [
        {
          path,
          expected: `expected { env: ${example} }: a secret is read from an environment variable and never stands in the file`,
        },
      ],
    };
  }
  const { env: name } = reference.data;
  const secret = env[name];
  if (secret === undefined || secret === "") {
    return {
      value: undefined,
      problems: [{ path, expected: `expected the environment variable ${name} to be set` }],
    };
  }
  return { value: secret, problems: [] };
}

/** Marked with `.meta({ secret: true })`, inside or outside of optional and default. */
function isSecret(schema: z.ZodType): boolean {
  const inner = unwrapped(schema);
  return [schema, inner].some((each) => each instanceof z.ZodType && each.meta()?.secret === true);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
