import { expect, test } from "vitest";
import { logsOf, logTitle, Pod, stateOfPod } from "./kubernetes-pod-objects";

const AT = "2026-11-28T10:00:00Z";

function pod(
  name: string,
  more: { at?: string; restarts?: number; ready?: boolean; going?: boolean } = {},
) {
  const { at = AT, restarts = 0, ready = true, going = false } = more;
  return Pod.parse({
    metadata: {
      ...{ name, uid: name, creationTimestamp: at, managedFields: [{ manager: "kubelet" }] },
      ...(going && { deletionTimestamp: AT }),
    },
    spec: { containers: [{ name: "app" }], initContainers: [{ name: "prepare" }], nodeName: "n" },
    status: {
      phase: "Running",
      hostIP: "10.0.0.1",
      containerStatuses: [{ name: "app", ready, restartCount: restarts }],
      initContainerStatuses: [{ name: "prepare", ready: true, restartCount: 0 }],
    },
  });
}

test("unhealthy Pods first, then the newest; previous containers where there was one", () => {
  const pods = [
    pod("old"),
    pod("new", { at: "2026-11-28T11:00:00Z" }),
    pod("restarted", { restarts: 2 }),
    pod("going", { going: true, at: "2026-11-28T09:00:00Z" }),
    pod("unready", { ready: false, at: "2026-11-28T12:00:00Z" }),
  ];
  expect(logsOf(pods).map(logTitle)).toEqual([
    "unready (app)",
    "unready (prepare)",
    "restarted (app)",
    "restarted (app, previous container)",
    "restarted (prepare)",
    "going (app)",
    "going (prepare)",
    "new (app)",
    "new (prepare)",
    "old (app)",
    "old (prepare)",
  ]);
});

test("a Pod's state is all of its status, without who wrote which field", () => {
  const state = stateOfPod(pod("one", { restarts: 1 }));
  expect(state).toMatchObject({ name: "one", nodeName: "n", status: { hostIP: "10.0.0.1" } });
  expect(JSON.stringify(state)).not.toContain("kubelet");
});

test("a Pod that nobody took yet has containers without statuses", () => {
  const metadata = { name: "new", uid: "new", creationTimestamp: AT };
  const waiting = Pod.parse({ metadata, spec: { containers: [{ name: "app" }] } });
  expect(logsOf([waiting])).toEqual([{ pod: "new", container: "app", isPrevious: false }]);
});
