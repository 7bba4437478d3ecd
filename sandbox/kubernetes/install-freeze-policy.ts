import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { ApiClient } from "./api-client.ts";

const MANIFEST = new URL("../../deploy/kubernetes/freeze-policy.yaml", import.meta.url);
const PATHS: Record<string, string> = {
  ValidatingAdmissionPolicy: "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies",
  ValidatingAdmissionPolicyBinding:
    "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings",
  ClusterRole: "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  ClusterRoleBinding: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
};

/**
 * Creates what deploy/kubernetes/freeze-policy.yaml holds, as an administrator does once. Throws with
 * the server's message when an object isn't taken; one that is there already is left as it is.
 */
export async function installFreezePolicy(administrator: ApiClient): Promise<void> {
  for (const document of parseAllDocuments(readFileSync(MANIFEST, "utf8"))) {
    const body: { kind: string } = document.toJS();
    const path = PATHS[body.kind];
    if (!path) throw new Error(`The freeze policy holds an unexpected ${body.kind}.`);
    const answer = await administrator.send("POST", path, { body });
    if (answer.status !== 201 && answer.status !== 409) {
      throw new Error(`${body.kind} of the freeze policy: ${answer.body.message ?? answer.text}`);
    }
  }
}
