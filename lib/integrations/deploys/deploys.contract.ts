import { afterAll, beforeAll, describe } from "vitest";
import { configContract } from "./config.contract";
import { ContractCluster } from "./contract-cluster";
import { ownersWorld } from "./contract-owners";
import { deliveryHoldContract } from "./delivery-hold.contract";
import { followContract } from "./follow.contract";
import { historyContract } from "./history.contract";
import { lostAnswerContract } from "./lost-answer.contract";
import { ownerPauseContract } from "./owner-pause.contract";
import { ownersContract } from "./owners.contract";
import { podEvidenceContract } from "./pod-evidence.contract";
import { previewContract } from "./preview.contract";
import { rollbackContract } from "./rollback.contract";

/** A started cluster that a source for deploys has to get along with. */
export type DeploysTarget = {
  title: string;
  /** Path of a kubeconfig that may do everything. */
  kubeconfig: string;
  /** Path of a kubeconfig that may only read; null: the suite makes itself a service account. */
  readerKubeconfig: string | null;
  /** Path of a kubeconfig that may read no ConfigMap and no Secret; null as above. */
  blindKubeconfig: string | null;
  /** Path of a kubeconfig of somebody else who may do everything; null as above. */
  otherKubeconfig: string | null;
  /** Nothing here runs pods: the suite marks them ready itself. */
  marksPods: boolean;
  /** Is a `kubectl` at hand to compare with? */
  hasKubectl: boolean;
  /** How to make the server misbehave, when it can be told to. */
  faults: {
    /** The next write is carried out and its answer lost. */
    applyThenDrop(): void;
    /** Reads and writes are taken and never answered; open watches fall silent. */
    hang(on: boolean): void;
    /** Every watch that is open is cut. */
    dropWatches(): void;
    /** History is forgotten: watches from before are answered 410. */
    compact(goneAs: "event" | "status"): void;
    /** How many requests of this method came in about a Deployment (dry runs left out). */
    countWrites(namespace: string, name: string): number;
    /** How many watches and lists were asked for so far. */
    countReads(): number;
  } | null;
};

/** What every member of this family must do, shown on a real or an emulated cluster. */
export function deploysContract(target: DeploysTarget): void {
  describe(`deploys on ${target.title}`, () => {
    const cluster = new ContractCluster(target.kubeconfig, target.marksPods);
    const owners = ownersWorld(target, cluster);
    beforeAll(async () => {
      await cluster.start();
      await owners.start();
    });
    afterAll(async () => {
      await owners.stop();
      await cluster.stop();
    });

    historyContract(target, cluster);
    previewContract(target, cluster);
    rollbackContract(target, cluster);
    lostAnswerContract(target, cluster);
    followContract(target, cluster);
    configContract(target, cluster);
    ownersContract(cluster, owners);
    ownerPauseContract(target, owners);
    deliveryHoldContract(target, cluster);
    podEvidenceContract(target, cluster);
  });
}
