import type { GithubSandbox } from "../github/start-github.ts";
import type { UnleashSandbox } from "../unleash/start-unleash.ts";
import { ENVIRONMENT, PROJECT } from "./catalogue.ts";
import type { Delivery } from "./delivery.ts";
import type { Scenario } from "./scenarios/scenario.ts";

let round = 1;

/** Merges, releases and toggles what a scenario does, through the same doors people use. */
export async function breakAgain(
  scenario: Scenario,
  parts: { github: GithubSandbox; unleash: UnleashSandbox; delivery: Delivery },
): Promise<void> {
  const { github, unleash, delivery } = parts;
  round += 1;
  for (const release of scenario.releases) {
    if (!release.env) continue;
    if (release.byHand) await delivery.changeByHand(release.service, release.env, release.byHand);
    else delivery.setEnv(release.service, release.env);
  }
  for (const merge of scenario.merges) {
    const files = Object.fromEntries(
      Object.entries(merge.files).map(([path, text]) => [
        path,
        // A later round must change something, or there would be nothing to merge.
        text?.endsWith("\n") && path.endsWith(".ts") ? `${text}// round ${round}\n` : text,
      ]),
    );
    const pull = await github.openPullRequest({
      title: merge.title,
      body: merge.body,
      author: merge.author,
      labels: merge.labels ?? [],
      branch: `${merge.branch}-${round}`,
      files,
    });
    await github.merge(pull.number, merge.method, "pia");
  }
  if (scenario.rollout) {
    const { flag, percent, by } = scenario.rollout;
    unleash.setFlag({ project: PROJECT, flag, environment: ENVIRONMENT, enabled: true, by });
    unleash.setRollout({ project: PROJECT, flag, environment: ENVIRONMENT, percent, by });
  }
}
