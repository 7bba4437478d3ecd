import type { GithubSandbox } from "../github/start-github.ts";
import { SERVICES, serviceNamed } from "./catalogue.ts";
import type { DeliveryLog } from "./delivery-log.ts";

export type OtherTeams = {
  /** A team opens an innocent pull request for a service, merges it when it may, and so delivers. */
  deliver(service: string): Promise<void>;
  stop(): void;
};

type Options = {
  github: GithubSandbox;
  log: DeliveryLog;
  /** From opened to the first try to merge, milliseconds. */
  reviewMs: number;
  /** How long a merge that is refused waits before it is tried again. */
  askAgainMs: number;
  /** Another delivery by itself every so often; 0 for none. */
  everyMs: number;
  report: (sentence: string) => void;
};

const WORKS = [
  "Show sizes in the shopper's units",
  "Say thank you after an order",
  "Ask for the phone number last",
  "Drop a shadow nobody liked",
  "Log how long a page takes",
];

/** Teams that go on delivering while somebody else has an incident. */
export function startOtherTeams(options: Options): OtherTeams {
  const { github, log, report } = options;
  const timers = new Set<NodeJS.Timeout>();
  let round = 0;
  const later = (ms: number, work: () => Promise<unknown>) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work().catch((error: unknown) => report(`Another team’s work failed: ${String(error)}`));
    }, ms);
    timers.add(timer);
  };
  const merge = async (number: number, service: string): Promise<void> => {
    const entry = log.ofPull(number, service);
    if (github.pullRequest(number)?.state !== "open") {
      if (entry?.state === "review" || entry?.state === "held") log.move(entry, "superseded");
      return;
    }
    try {
      await github.merge(number, "squash", "ines", false);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (entry) log.move(entry, "held", `#${number} can’t be merged: ${said}`);
      later(options.askAgainMs, () => merge(number, service));
    }
  };
  const deliver = async (service: string): Promise<void> => {
    const { team } = serviceNamed(service);
    round += 1;
    const title = `${WORKS[round % WORKS.length]}, part ${round}`;
    const pull = await github.openPullRequest({
      title,
      body: "Tried on staging.",
      author: { login: "ines", name: "Ines Costa" },
      labels: [],
      branch: `${service}/${team.toLowerCase()}-${round}`,
      files: {
        [`services/${service}/src/works/part-${round}.ts`]: `export const part = ${round};\n`,
      },
    });
    const cause = `Merge pull request #${pull.number} from shop/${pull.headRef}`;
    log.begin({ service, title: cause, pull: pull.number, state: "review" });
    report(`Another team opened #${pull.number} for ${service}.`);
    later(options.reviewMs, async () => {
      github.approve(pull.number, "pia");
      await merge(pull.number, service);
    });
  };
  let turn = 0;
  const again = () =>
    later(options.everyMs, async () => {
      again();
      turn += 1;
      await deliver(SERVICES[turn % SERVICES.length]?.name ?? "storefront");
    });
  if (options.everyMs > 0) again();
  return {
    deliver,
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
