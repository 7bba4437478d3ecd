import type { ServerResponse } from "node:http";
import type { ResourceRequest } from "./api-request.ts";
import type { Pod } from "./kube-object.ts";
import type { ContainerRun, LogWriter } from "./log-writer.ts";
import { badRequest, type FieldProblem, invalid } from "./status-error.ts";

const MOMENT_MS = 1_500;
/** Older moments than these have been rotated away. */
const MOMENTS_KEPT = 2_000;

type LogOptions = {
  previous: boolean;
  follow: boolean;
  timestamps: boolean;
  tailLines: number | null;
  /** Milliseconds since the epoch. */
  sinceMs: number | null;
  limitBytes: number;
};

function optionsOf({ query }: ResourceRequest, nowMs: number): LogOptions {
  const problems: FieldProblem[] = [];
  const number = (field: string, least: number) => {
    const text = query.get(field);
    if (text === null || text === "") return null;
    const value = Number(text);
    if (!Number.isInteger(value))
      throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
    if (value >= least) return value;
    const bound = least === 0 ? "greater than or equal to 0" : "greater than 0";
    const message = `Invalid value: ${value}: must be ${bound}`;
    problems.push({ field, reason: "FieldValueInvalid", message });
    return null;
  };
  const tailLines = number("tailLines", 0);
  const sinceSeconds = number("sinceSeconds", 1);
  const limitBytes = number("limitBytes", 1);
  const sinceTime = query.get("sinceTime");
  if (sinceTime && sinceSeconds !== null) {
    const message = "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified";
    problems.push({ field: "", reason: "FieldValueForbidden", message });
  }
  if (problems.length > 0) throw invalid({ group: "", kind: "PodLogOptions" }, "", problems);
  const isOn = (field: string) => query.get(field) === "true" || query.get(field) === "1";
  return {
    ...{ previous: isOn("previous"), follow: isOn("follow"), timestamps: isOn("timestamps") },
    tailLines,
    sinceMs:
      sinceSeconds === null
        ? sinceTime
          ? Date.parse(sinceTime)
          : null
        : nowMs - sinceSeconds * 1_000,
    limitBytes: limitBytes ?? Number.POSITIVE_INFINITY,
  };
}

/** The run of a container that is asked for; refused in the server's words when there is none. */
function runOf({ query }: ResourceRequest, pod: Pod, previous: boolean): ContainerRun {
  const { name } = pod.metadata;
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const asked = query.get("container");
  if (!asked && pod.spec.containers.length > 1) {
    const names = pod.spec.containers.map((one) => one.name).join(" ");
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${names}]`,
    );
  }
  const container = asked ? all.find((one) => one.name === asked) : pod.spec.containers[0];
  if (!container) throw badRequest(`container ${asked} is not valid for pod ${name}`);
  const status = pod.status.containerStatuses?.find((one) => one.name === container.name);
  const ended = status?.lastState.terminated;
  const run = { pod, container: container.name };
  if (previous) {
    if (!ended) {
      throw badRequest(
        `previous terminated container "${container.name}" in pod "${name}" not found`,
      );
    }
    const [startedMs, crashedMs] = [Date.parse(ended.startedAt), Date.parse(ended.finishedAt)];
    return { ...run, startedMs, crashedMs };
  }
  const running = status?.state.running;
  if (!running) {
    const reason = status?.state.waiting?.reason ?? "ContainerCreating";
    throw badRequest(
      `container "${container.name}" in pod "${name}" is waiting to start: ${reason}`,
    );
  }
  return { ...run, startedMs: Date.parse(running.startedAt), crashedMs: null };
}

type Line = { atMs: number; text: string };

function written(run: ContainerRun, writer: LogWriter, from: number, to: number): Line[] {
  const lines: Line[] = [];
  const last =
    run.crashedMs === null ? null : Math.floor((run.crashedMs - run.startedMs) / MOMENT_MS);
  for (let index = from; index < to; index += 1) {
    const isLast = index === last;
    const atMs = isLast ? (run.crashedMs ?? 0) : run.startedMs + index * MOMENT_MS;
    // Lines of one moment follow each other within it, as they were written.
    for (const [place, text] of writer(run, { index, atMs, isLast }).entries()) {
      lines.push({ atMs: atMs + place, text });
    }
  }
  return lines;
}

/**
 * Answers the log of a pod's container: a run from its start to now, or the one before it, or as it goes on.
 */
export function answerPodLog(
  request: ResourceRequest,
  pod: Pod,
  response: ServerResponse,
  now: () => number,
  writer: LogWriter,
): void {
  const options = optionsOf(request, now());
  const run = runOf(request, pod, options.previous);
  const momentsUntil = (ms: number) =>
    Math.max(0, Math.floor((ms - run.startedMs) / MOMENT_MS) + 1);
  const { sinceMs, tailLines } = options;
  let next = momentsUntil(run.crashedMs ?? now());
  const first = Math.max(
    next - MOMENTS_KEPT,
    sinceMs === null ? 0 : momentsUntil(sinceMs) - 1,
    // A moment writes a line at least.
    tailLines === null ? 0 : next - tailLines,
    0,
  );
  const since = written(run, writer, first, next).filter(
    ({ atMs }) => sinceMs === null || atMs >= sinceMs,
  );
  const tail = tailLines === null ? since : tailLines === 0 ? [] : since.slice(-tailLines);
  let left = options.limitBytes;
  const send = (lines: Line[]) => {
    const text = lines
      .map((one) => {
        const stamp = options.timestamps ? `${new Date(one.atMs).toISOString()} ` : "";
        return `${stamp}${one.text}\n`;
      })
      .join("");
    const bytes = Buffer.from(text).subarray(0, left);
    left -= bytes.length;
    response.write(bytes);
  };
  response.writeHead(200, { "content-type": "text/plain" });
  send(tail);
  if (!options.follow || options.previous) {
    response.end();
    return;
  }
  const timer = setInterval(() => {
    const until = momentsUntil(now());
    if (until > next) send(written(run, writer, next, until));
    next = until;
  }, MOMENT_MS);
  timer.unref();
  response.on("close", () => clearInterval(timer));
}
