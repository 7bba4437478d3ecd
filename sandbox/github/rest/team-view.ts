import type { Team } from "../accounts.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { Site } from "../site.ts";
import { nodeId } from "./person-view.ts";

/** `team`. */
export function teamView(
  site: Site,
  repository: HostedRepository,
  team: Team,
): Record<string, unknown> {
  const organization = repository.accounts.person(repository.owner);
  const api = `${site.apiUrl}/organizations/${organization.id}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId("Team", team.slug),
    url: api,
    html_url: `${site.url}/orgs/${repository.owner}/teams/${team.slug}`,
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission: "push",
    members_url: `${api}/members{/member}`,
    repositories_url: `${api}/repos`,
    type: "organization",
    organization_id: organization.id,
    parent: null,
  };
}
