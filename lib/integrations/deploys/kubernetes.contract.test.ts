import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { startKubernetes } from "../../../sandbox/kubernetes/start-kubernetes.ts";
import { temporaryFiles } from "./contract-files";
import { type DeploysTarget, deploysContract } from "./deploys.contract";

const temporaryFile = temporaryFiles();

function hasKubectl(): boolean {
  try {
    execFileSync("kubectl", ["version", "--client"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function emulated(): Promise<DeploysTarget> {
  const sandbox = await startKubernetes({
    podReadyMs: 60,
    tokens: {
      "admin-token": { user: "admin", rules: "admin" },
      "reader-token": { user: "reader", rules: "reader" },
      "blind-token": { user: "blind", rules: "rollouts" },
      "robot-token": { user: "delivery-robot", rules: "admin" },
    },
  });
  const count = (method: RegExp, path: RegExp) =>
    sandbox.requests.filter((one) => method.test(one.method) && path.test(one.path)).length;
  return {
    title: "the emulated cluster",
    kubeconfig: await temporaryFile("admin", sandbox.kubeconfig("admin-token")),
    readerKubeconfig: await temporaryFile("reader", sandbox.kubeconfig("reader-token")),
    blindKubeconfig: await temporaryFile("blind", sandbox.kubeconfig("blind-token")),
    otherKubeconfig: await temporaryFile("robot", sandbox.kubeconfig("robot-token")),
    marksPods: false,
    hasKubectl: hasKubectl(),
    faults: {
      applyThenDrop() {
        sandbox.applyThenDrop = true;
      },
      hang: (on) => sandbox.faults.set({ mode: on ? "hang" : "none" }),
      dropWatches: () => void sandbox.dropWatches(),
      compact: (goneAs) => sandbox.compact(goneAs),
      countWrites: (namespace, name) =>
        count(/PATCH/, new RegExp(`/${namespace}/deployments/${name}\\?(?!.*dryRun)`)),
      countReads: () => count(/GET/, /\/(deployments|replicasets)\?/),
    },
  };
}

deploysContract(await emulated());

const kubeconfig = process.env.KNOWN_GOOD_TEST_KUBECONFIG;
if (kubeconfig && existsSync(kubeconfig)) {
  deploysContract({
    title: "the cluster of KNOWN_GOOD_TEST_KUBECONFIG",
    kubeconfig,
    readerKubeconfig: null,
    blindKubeconfig: null,
    otherKubeconfig: null,
    marksPods: true,
    hasKubectl: hasKubectl(),
    faults: null,
  });
} else {
  console.log(
    "Kubernetes contract: the emulated cluster only. Set KNOWN_GOOD_TEST_KUBECONFIG for a real one.",
  );
}
