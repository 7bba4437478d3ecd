import type { ServerResponse } from "node:http";
import type { ResourceRequest } from "./api-request.ts";
import type { Pod } from "./kube-object.ts";
import { isReady } from "./replicaset-controller.ts";
import { badRequest } from "./status-error.ts";

const PATHS = ["/checkout", "/healthz", "/cart", "/orders/4711", "/prices", "/login"];
const LINE_EVERY_MS = 1_500;
const LINES_KEPT = 400;

/** The n-th line a container wrote; the same line each time it is asked for. */
function line(pod: Pod, container: string, index: number, atMs: number): string {
  const seed = (index * 2_654_435_761 + pod.metadata.name.length * 97) >>> 0;
  const path = PATHS[seed % PATHS.length];
  const ms = 3 + (seed % 90);
  return `${new Date(atMs).toISOString()} info container=${container} method=GET path=${path} status=200 duration_ms=${ms}`;
}

/** Answers a pod's log: believable lines from its start to now, and on as they come when followed. */
export function answerPodLog(
  request: ResourceRequest,
  pod: Pod,
  response: ServerResponse,
  now: () => number,
): void {
  const { query } = request;
  const asked = query.get("container");
  const container = pod.spec.containers.find((one) => !asked || one.name === asked);
  if (!container) {
    throw badRequest(`container ${asked} is not valid for pod ${pod.metadata.name}`);
  }
  if (!isReady(pod)) {
    const reason = pod.status.containerStatuses?.[0]?.state.waiting?.reason ?? "ContainerCreating";
    throw badRequest(
      `container "${container.name}" in pod "${pod.metadata.name}" is waiting to start: ${reason}`,
    );
  }
  const startedMs = Date.parse(pod.status.startTime ?? pod.metadata.creationTimestamp);
  const stamps = query.get("timestamps") === "true";
  const write = (index: number) => {
    const atMs = startedMs + index * LINE_EVERY_MS;
    const stamp = stamps ? `${new Date(atMs).toISOString()} ` : "";
    return `${stamp}${line(pod, container.name, index, atMs)}\n`;
  };
  const written = () => Math.max(0, Math.floor((now() - startedMs) / LINE_EVERY_MS) + 1);
  const count = written();
  const tail = Number(query.get("tailLines") ?? LINES_KEPT);
  const sinceSeconds = Number(query.get("sinceSeconds") ?? 0);
  const bySince = sinceSeconds > 0 ? count - Math.ceil((sinceSeconds * 1_000) / LINE_EVERY_MS) : 0;
  const first = Math.max(0, count - Math.min(tail, LINES_KEPT), bySince);
  response.writeHead(200, { "content-type": "text/plain" });
  for (let index = first; index < count; index += 1) response.write(write(index));
  if (query.get("follow") !== "true") {
    response.end();
    return;
  }
  let next = count;
  const timer = setInterval(() => {
    for (const end = written(); next < end; next += 1) response.write(write(next));
  }, LINE_EVERY_MS);
  timer.unref();
  response.on("close", () => clearInterval(timer));
}
