import { TOKENS } from "../sandbox/shop/tokens.ts";
import {
  ARGO_NAMESPACE,
  FLEET,
  FLEET_REPOSITORY,
  FLUX_NAMESPACE,
  type FleetService,
  FREEZE_CONTEXT,
  NAMESPACES,
} from "./fleet-plan.ts";
import { type HttpClient, httpClient } from "./http-client.ts";
import type { Fleet } from "./start-fleet.ts";

/** One thing to do for a freeze, over connections of its own. */
type Job = (to: { cluster: HttpClient; code: HttpClient }) => Promise<void>;

export type FreezeScript = {
  /** Milliseconds until everything is held, and let go of again; so many requests at once at most. */
  freeze(atOnce: number): Promise<number>;
  thaw(atOnce: number): Promise<number>;
  close(): void;
};

const MERGE = "application/merge-patch+json";
const ADMISSION = "/apis/admissionregistration.k8s.io/v1";
const MARK = "freeze-script";
const { owner, name, branch } = FLEET_REPOSITORY;
const REPOSITORY = `/api/v3/repos/${owner}/${name}`;
const HEADS = `query { repository(owner: "${owner}", name: "${name}") {
  pullRequests(states: OPEN, baseRefName: "${branch}", first: 100) {
    nodes { commits(last: 1) { nodes { commit { oid } } } } } } }`;

/**
 * The same freeze as a script that knows what to do: of each service its Deployment, its owner and the
 * owner's switch; of each namespace the policy, its binding and its parameters; of the branch its rules
 * and a status on every open head. It keeps no record, tells nobody and never looks again.
 */
export function freezeScript(fleet: Fleet, most: number): FreezeScript {
  const connections = Array.from({ length: most }, () => ({
    cluster: httpClient(fleet.kubernetes, { authorization: `Bearer ${TOKENS.clusterAdmin}` }),
    code: httpClient(fleet.github, { authorization: `Bearer ${TOKENS.code}` }),
  }));
  const until = () => new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, "");

  const pause =
    (service: FleetService): Job =>
    async ({ cluster }) => {
      const { namespace } = service;
      await cluster.json(
        "GET",
        `/apis/apps/v1/namespaces/${namespace}/deployments/${service.name}`,
      );
      const { value } = await cluster.json<{ metadata: { resourceVersion: string } }>(
        "GET",
        pathOf(service),
      );
      const { resourceVersion } = value.metadata;
      const annotations = { "known-good.dev/paused-by": MARK };
      await must(cluster, "PATCH", pathOf(service), {
        ...{ metadata: { resourceVersion, annotations }, spec: switchOf(service, true) },
      });
    };
  const resume =
    (service: FleetService): Job =>
    async ({ cluster }) => {
      await cluster.json("GET", pathOf(service));
      const annotations = { "known-good.dev/paused-by": null };
      await must(cluster, "PATCH", pathOf(service), {
        ...{ metadata: { annotations }, spec: switchOf(service, false) },
      });
    };
  const hold =
    (namespace: string): Job =>
    async ({ cluster }) => {
      await cluster.json("GET", `${ADMISSION}/validatingadmissionpolicies/known-good-freeze`);
      await cluster.json("GET", `${ADMISSION}/validatingadmissionpolicybindings/known-good-freeze`);
      const deployments = FLEET.filter((one) => one.namespace === namespace);
      await must(
        cluster,
        "PATCH",
        `${parametersOf(namespace)}?fieldManager=${MARK}&force=true`,
        {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: MARK, namespace, labels: { "known-good.dev/freeze": MARK } },
          data: {
            ...{ freeze: MARK, incident: "", reason: "measured", until: until(), images: "" },
            deployments: deployments.map((one) => one.name).join("\n"),
            ...{ by: "kubernetes-admin", url: "https://known-good.example" },
          },
        },
        "application/apply-patch+yaml",
      );
    };
  const letGo =
    (namespace: string): Job =>
    ({ cluster }) =>
      must(cluster, "DELETE", parametersOf(namespace));

  const heads = async (state: "failure" | "success"): Promise<Job[]> => {
    const [first] = connections;
    if (!first) throw new Error("A script needs one connection at least.");
    await first.code.json("GET", `${REPOSITORY}/branches/${branch}`);
    await first.code.json("GET", `${REPOSITORY}/rules/branches/${branch}`);
    const { value } = await first.code.json<{
      data: {
        repository: {
          pullRequests: { nodes: { commits: { nodes: { commit: { oid: string } }[] } }[] };
        };
      };
    }>("POST", "/api/graphql", { query: HEADS });
    const shas = value.data.repository.pullRequests.nodes.flatMap(({ commits }) =>
      commits.nodes.map(({ commit }) => commit.oid),
    );
    return shas.map((sha): Job => {
      const status = { state, context: FREEZE_CONTEXT, description: "measured" };
      return ({ code }) => must(code, "POST", `${REPOSITORY}/statuses/${sha}`, status, undefined);
    });
  };

  const run = async (
    atOnce: number,
    state: "failure" | "success",
    jobs: Job[],
  ): Promise<number> => {
    const beganAt = performance.now();
    const queue = [...(await heads(state)), ...jobs];
    const worker = async (connection: (typeof connections)[number]) => {
      for (let job = queue.shift(); job; job = queue.shift()) await job(connection);
    };
    await Promise.all(connections.slice(0, atOnce).map(worker));
    return performance.now() - beganAt;
  };

  return {
    freeze: (atOnce) => run(atOnce, "failure", [...NAMESPACES.map(hold), ...FLEET.map(pause)]),
    thaw: (atOnce) => run(atOnce, "success", [...NAMESPACES.map(letGo), ...FLEET.map(resume)]),
    close() {
      for (const { cluster, code } of connections) {
        cluster.close();
        code.close();
      }
    },
  };
}

async function must(
  to: HttpClient,
  method: string,
  path: string,
  body?: unknown,
  type = method === "PATCH" ? MERGE : "application/json",
): Promise<void> {
  const { status, text } = await to.send(method, path, body, type);
  if (status > 299) throw new Error(`${method} ${path} was answered ${status}: ${text}`);
}

function pathOf({ keptBy, name: of }: FleetService): string {
  return keptBy === "argo-cd"
    ? `/apis/argoproj.io/v1alpha1/namespaces/${ARGO_NAMESPACE}/applications/${of}`
    : `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${FLUX_NAMESPACE}/kustomizations/${of}`;
}

function switchOf({ keptBy }: FleetService, isOff: boolean): object {
  if (keptBy === "flux") return { suspend: isOff ? true : null };
  return { syncPolicy: { automated: { enabled: !isOff } } };
}

const parametersOf = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps/${MARK}`;
