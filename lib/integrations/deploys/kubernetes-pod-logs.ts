import type { DeployGuard, PodEvidence } from "@/lib/integrations/deploy-guard";
import { SourceError } from "@/lib/integrations/source-error";
import { errorOfStatus } from "./kubernetes-errors";
import { type LogRef, logTitle } from "./kubernetes-pod-objects";
import type { Transport } from "./kubernetes-transport";

type Query = Parameters<DeployGuard["readPodEvidence"]>[0];

const PARALLEL = 4;
const MOST_LOGS = 40;
const LOG_BYTES = 256 * 1024;
const LEAST_LOG_BYTES = 2 * 1024;
const LOG_LINES = 2_000;

/** One piece of evidence; what isn't said of it is nothing. */
export function item(
  kind: PodEvidence["kind"],
  title: string,
  { text = "", isCut = false, problem = null }: Partial<PodEvidence>,
): PodEvidence {
  const mediaType = kind === "logs" ? "text/plain" : "application/json";
  return { kind, title, text, isCut, problem, mediaType };
}

/** A few at a time and in order, until the bytes or the time are used up; every log has its entry. */
export async function readLogs(
  transport: Transport,
  core: string,
  wanted: LogRef[],
  maxBytes: number,
  query: Query,
): Promise<PodEvidence[]> {
  const logs: PodEvidence[] = [];
  let left = maxBytes;
  let next = 0;
  const chosen = wanted.slice(0, MOST_LOGS);
  const work = async () => {
    for (let index = next++; index < chosen.length; index = next++) {
      const ref = chosen[index];
      if (!ref) return;
      const share = Math.min(
        LOG_BYTES,
        Math.floor(left / Math.min(PARALLEL, chosen.length - index)),
      );
      if (share < LEAST_LOG_BYTES) {
        logs[index] = item("logs", logTitle(ref), { problem: "Not kept: what is kept is full." });
        continue;
      }
      left -= share;
      const read = await attempt(query.signal, () => readLog(transport, core, ref, share, query));
      const log = item("logs", logTitle(ref), "problem" in read ? read : read.value);
      left += share - Buffer.byteLength(log.text);
      logs[index] = log;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  if (wanted.length > chosen.length) {
    const problem = `Not kept: only the first ${MOST_LOGS} logs are.`;
    logs.push(item("logs", `${wanted.length - chosen.length} more logs`, { problem }));
  }
  return logs;
}

/**
 * The end of one log, in `bytes`. A server that is told to stop after so many bytes gives the oldest;
 * so it is asked for fewer lines when they didn't fit.
 */
async function readLog(
  transport: Transport,
  core: string,
  { pod, container, isPrevious }: LogRef,
  bytes: number,
  { sinceSeconds, signal }: Query,
): Promise<{ text: string; isCut: boolean }> {
  const limitBytes = bytes * 4;
  let lines = LOG_LINES;
  for (let attempts = 1; ; attempts += 1) {
    const about = new URLSearchParams({
      container,
      ...(isPrevious && { previous: "true" }),
      sinceSeconds: String(Math.max(1, Math.ceil(sinceSeconds))),
      tailLines: String(lines),
      limitBytes: String(limitBytes),
    });
    const path = `${core}/pods/${encodeURIComponent(pod)}/log?${about}`;
    const answer = await transport.send({ method: "GET", path, isText: true, signal });
    if (answer.status !== 200) throw errorOfStatus(answer);
    const text = String(answer.body);
    const size = Buffer.byteLength(text);
    const count = text.split("\n").length - 1;
    if (size >= limitBytes && attempts < 3 && count > 1) {
      lines = Math.max(1, Math.floor((count * bytes) / size));
      continue;
    }
    // Where the server stopped inside a character, what is left of that goes, too.
    const end = lastBytes(size >= limitBytes ? text.replace(/\uFFFD+$/, "") : text, bytes);
    return { text: end, isCut: end.length < text.length || size >= limitBytes || count >= lines };
  }
}

/** The last whole lines that fit. */
function lastBytes(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  if (whole.length <= bytes) return text;
  const end = whole.subarray(whole.length - bytes);
  const line = end.indexOf("\n");
  // Within one long line the cut may fall inside a character; what is left of it goes, too.
  const from = line >= 0 && line < end.length - 1 ? line + 1 : firstOfCharacter(end);
  return end.subarray(from).toString("utf8");
}

function firstOfCharacter(bytes: Buffer): number {
  const found = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(0, found);
}

/** What went wrong as a sentence; nothing that is said here stops the rest. */
export async function attempt<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<{ value: T } | { problem: string }> {
  const late = { problem: "Not read in time." };
  if (signal.aborted) return late;
  try {
    return { value: await work() };
  } catch (error) {
    if (signal.aborted) return late;
    if (error instanceof SourceError) return { problem: error.sentence };
    throw error;
  }
}
