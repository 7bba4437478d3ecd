import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { FLEET, FLEET_REPOSITORY } from "./fleet-plan.ts";

export type Fleet = {
  /** Addresses of its cluster and its code host. */
  kubernetes: string;
  github: string;
  /** Its known-good.yaml. */
  config: string;
  /** How many requests both were sent since a moment, in epoch milliseconds; of 2,000 each at most. */
  callsSince(at: number): Promise<number>;
  stop(): Promise<void>;
};

const PROGRAM = fileURLToPath(new URL("fleet.ts", import.meta.url));

/** Starts the fleet as a process, so that it takes no time from whoever freezes it. */
export async function startFleet(): Promise<Fleet> {
  const child = fork(PROGRAM, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const gone = once(child, "exit");
  const told = async <T>(): Promise<T> => {
    const answer = await Promise.race([once(child, "message"), gone.then(() => null)]);
    if (answer === null) throw new Error(`The fleet ended with code ${child.exitCode}.`);
    return answer[0] as T;
  };
  const { kubernetes, github } = await told<{ kubernetes: string; github: string }>();
  return {
    kubernetes,
    github,
    config: configOf(kubernetes, github),
    async callsSince(at) {
      const answered = told<{ calls: number }>();
      child.send(at);
      return (await answered).calls;
    },
    async stop() {
      process.removeListener("exit", kill);
      if (child.exitCode === null) kill();
      await gone;
    },
  };
}

function configOf(kubernetes: string, github: string): string {
  const { owner, name, branch } = FLEET_REPOSITORY;
  return stringify({
    sources: {
      cluster: { product: "kubernetes", server: kubernetes, token: { env: "CLUSTER_TOKEN" } },
      github: {
        product: "github",
        apiUrl: `${github}/api/v3`,
        token: { env: "GITHUB_TOKEN" },
      },
    },
    services: Object.fromEntries(
      FLEET.map((service) => [
        service.name,
        {
          team: service.team,
          deployments: [{ source: "cluster", namespace: service.namespace, name: service.name }],
          repository: {
            ...{ source: "github", name: `${owner}/${name}`, branch },
            paths: [`services/${service.name}/`],
          },
        },
      ]),
    ),
  });
}
