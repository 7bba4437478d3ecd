import "server-only";
import pino from "pino";

/** What the program writes about itself: fields first, then a message. */
export type Log = {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
};

const SECRET_KEYS = [
  "token",
  "secret",
  "password",
  "authorization",
  "cookie",
  "sessionToken",
  "access_token",
  "refresh_token",
  "id_token",
  "privateKey",
  "webhookSecret",
  "clientSecret",
];

/** Paths whose values never reach the log, at the top and up to two levels down. */
export const REDACTED = SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/**
 * One JSON line per event on standard output. Written in this process, without a worker: a bundled
 * server has no file a worker could be started from.
 */
export function createLog(
  level: string,
  destination: pino.DestinationStream = pino.destination(1),
): Log {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: "[redacted]" },
      serializers: { error: pino.stdSerializers.err, err: pino.stdSerializers.err },
    },
    destination,
  );
}
