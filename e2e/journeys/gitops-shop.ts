import { expect, type Locator, type Page } from "@playwright/test";
import type { Application } from "../../sandbox/gitops/argo-application.ts";
import { ApiRefusal, KubeClient, type KubeObject } from "../../sandbox/gitops/kube-client.ts";
import { imageOf, NAMESPACE, OWNER, REPOSITORY } from "../../sandbox/shop/catalogue.ts";
import type { DeliveryEntry } from "../../sandbox/shop/delivery-log.ts";
import { TOKENS } from "../../sandbox/shop/tokens.ts";
import type { World } from "./world.ts";

/** Deliveries that are held back ask again soon. */
export const EAGER = ["--ask-again-ms=1000"];
/** Longer than Argo CD leaves a difference alone. */
export const HEALED_MS = 8_000;
/** How the alert names the incident. */
export const TITLE = /Checkout fails where addresses have no post code/;
export const banner = (page: Page) => page.getByRole("region", { name: "Freezes", exact: true });
export const CONTEXT = "known-good/freeze";

type Deployment = KubeObject & {
  spec: { template: { spec: { containers: { image: string }[] } } };
};

const DEPLOYMENT = (name: string) => ({
  ...{ apiVersion: "apps/v1", kind: "Deployment" },
  metadata: { namespace: NAMESPACE, name },
});
const APPLICATION = {
  ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Application" },
  metadata: { namespace: "argocd", name: "checkout" },
};
const PAUSABLE = [
  ["argoproj.io/v1alpha1", "Application"],
  ["kustomize.toolkit.fluxcd.io/v1", "Kustomization"],
  ["helm.toolkit.fluxcd.io/v2", "HelmRelease"],
] as const;

async function within<T>(
  world: World,
  token: string,
  manager: string,
  act: (client: KubeClient) => Promise<T>,
): Promise<T> {
  const client = new KubeClient(world.addresses.kubernetes, token, manager);
  try {
    return await act(client);
  } finally {
    client.stop();
  }
}

const asAdministrator = <T>(world: World, act: (client: KubeClient) => Promise<T>) =>
  within(world, TOKENS.clusterAdmin, "kubectl", act);

/** The image that a service runs, by the cluster's own account. */
export async function imageIn(world: World, service: string): Promise<string> {
  const found = await asAdministrator(world, (client) =>
    client.get<Deployment>(DEPLOYMENT(service)),
  );
  return found?.spec.template.spec.containers[0]?.image ?? "";
}

const application = (world: World) =>
  asAdministrator(world, (client) => client.get<Application>(APPLICATION));

/** The switch of checkout's Application: whether Argo CD syncs it by itself. */
export async function argoSyncs(world: World): Promise<boolean | undefined> {
  return (await application(world))?.spec.syncPolicy?.automated?.enabled;
}

/** What Argo CD says of its newest sync of checkout. */
export async function argoSaid(world: World): Promise<string> {
  return (await application(world))?.status?.operationState?.message ?? "";
}

/** All that freezes and pauses change in the cluster: parameters of the policy, switches, marks. */
export function leftInCluster(world: World) {
  return asAdministrator(world, async (client) => {
    const maps = await client.list<KubeObject>("v1", "ConfigMap");
    const owners = await Promise.all(
      PAUSABLE.map(([version, kind]) => client.list<KubeObject>(version, kind)),
    );
    return {
      freezes: maps.flatMap(({ metadata }) => metadata.labels?.["known-good.dev/freeze"] ?? []),
      owners: owners.flat().map(({ kind, metadata, spec }) => {
        const { syncPolicy, suspend = false } = spec as { syncPolicy?: unknown; suspend?: boolean };
        const marks = Object.keys(metadata.annotations ?? {}).filter((key) =>
          key.startsWith("known-good.dev/"),
        );
        return { name: `${kind} ${metadata.name}`, syncPolicy, suspend, marks };
      }),
    };
  });
}

/** A robot delivers a version past git and gate; answers the cluster's refusal, or null. */
export function deliverByHand(world: World, service: string): Promise<string | null> {
  return within(world, TOKENS.delivery, "robot", async (client) => {
    const containers = [{ name: service, image: imageOf(service, "0".repeat(40)) }];
    try {
      const patch = { spec: { template: { spec: { containers } } } };
      await client.patch(DEPLOYMENT(service), "strategic-merge", patch);
      return null;
    } catch (error) {
      if (error instanceof ApiRefusal) return error.message;
      throw error;
    }
  });
}

/** Another team opens a pull request for a service and means to deliver it; answers its number. */
export async function letTeamDeliver(world: World, service: string): Promise<number> {
  const answer = await fetch(`${world.addresses.control}/deliver?service=${service}`, {
    method: "POST",
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await newestDelivery(world, service))?.pull ?? 0;
}

/** What became of the newest delivery of a service, as its team sees it. */
export async function newestDelivery(
  world: World,
  service: string,
): Promise<DeliveryEntry | undefined> {
  const answer = await fetch(`${world.addresses.control}/state`);
  const { deliveries } = (await answer.json()) as { deliveries: DeliveryEntry[] };
  return deliveries.findLast((one) => one.service === service);
}

type Pull = { number: number; title: string; state: string; head: { sha: string } };

async function github<T>(world: World, path: string): Promise<T> {
  const base = `${world.addresses.github}/api/v3/repos/${OWNER}/${REPOSITORY}`;
  const answer = await fetch(base + path, { headers: { authorization: `Bearer ${TOKENS.code}` } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

/** The newest pull request whose title begins so. */
export async function pullTitled(world: World, start: string): Promise<Pull | undefined> {
  const query = "state=all&per_page=50&sort=created&direction=desc";
  const pulls = await github<Pull[]>(world, `/pulls?${query}`);
  return pulls.find(({ title }) => title.startsWith(start));
}

/** Whether the freeze's status is red or green on a pull request; null while it isn't there. */
export async function freezeStatus(world: World, number: number): Promise<string | null> {
  const { head } = await github<Pull>(world, `/pulls/${number}`);
  const all = await github<{ context: string; state: string }[]>(
    world,
    `/commits/${head.sha}/statuses`,
  );
  return all.find(({ context }) => context === CONTEXT)?.state ?? null;
}

/** What the gate answers a pipeline: its status, and the sentence for its log. */
export async function askGate(world: World, service: string): Promise<[number, string]> {
  const answer = await fetch(`${world.url}/api/gate?service=${service}`, {
    headers: { authorization: `Bearer ${world.token}` },
  });
  const { sentence } = (await answer.json()) as { sentence: string };
  return [answer.status, sentence];
}

/** Presses what arms at the first press and acts at the second. */
export async function pressTwice(place: Locator, name: RegExp, confirm: RegExp): Promise<void> {
  await place.getByRole("button", { name }).first().click();
  const armed = place.getByRole("button", { name: confirm });
  await expect(armed).toBeVisible();
  await armed.click();
}
