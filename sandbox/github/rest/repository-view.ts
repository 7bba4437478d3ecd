import type { Permission } from "../accounts.ts";
import { isoTime } from "../git-history.ts";
import type { HostedRepository } from "../hosted-repository.ts";
import type { Site } from "../site.ts";
import { nodeId, personView } from "./person-view.ts";

type Json = Record<string, unknown>;

const PLAIN = [
  ["deployments", ""],
  ["downloads", ""],
  ["events", ""],
  ["forks", ""],
  ["hooks", ""],
  ["languages", ""],
  ["merges", ""],
  ["stargazers", ""],
  ["subscribers", ""],
  ["subscription", ""],
  ["tags", ""],
  ["teams", ""],
  ["contributors", ""],
  ["assignees", "{/user}"],
  ["branches", "{/branch}"],
  ["collaborators", "{/collaborator}"],
  ["comments", "{/number}"],
  ["commits", "{/sha}"],
  ["issues", "{/number}"],
  ["keys", "{/key_id}"],
  ["labels", "{/name}"],
  ["milestones", "{/number}"],
  ["notifications", "{?since,all,participating}"],
  ["pulls", "{/number}"],
  ["releases", "{/id}"],
  ["statuses", "/{sha}"],
] as const;

/** `minimal-repository`: the repository as other answers mention it. */
export function minimalRepositoryView(site: Site, repository: HostedRepository): Json {
  const api = `${site.apiUrl}/repos/${repository.fullName}`;
  const links = PLAIN.map(([name, rest]) => [`${name}_url`, `${api}/${name}${rest}`]);
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.fullName),
    name: repository.name,
    full_name: repository.fullName,
    private: true,
    owner: personView(site, repository.accounts.person(repository.owner)),
    html_url: `${site.url}/${repository.fullName}`,
    description: repository.description,
    fork: false,
    url: api,
    ...Object.fromEntries(links),
    archive_url: `${api}/{archive_format}{/ref}`,
    blobs_url: `${api}/git/blobs{/sha}`,
    compare_url: `${api}/compare/{base}...{head}`,
    contents_url: `${api}/contents/{+path}`,
    git_commits_url: `${api}/git/commits{/sha}`,
    git_refs_url: `${api}/git/refs{/sha}`,
    git_tags_url: `${api}/git/tags{/sha}`,
    issue_comment_url: `${api}/issues/comments{/number}`,
    issue_events_url: `${api}/issues/events{/number}`,
    trees_url: `${api}/git/trees{/sha}`,
  };
}

/** `repository`, with the settings that matter for merging. */
export function repositoryView(site: Site, repository: HostedRepository): Json {
  const web = `${site.url}/${repository.fullName}`;
  const all = [...repository.pulls.values(), ...repository.issues.all.values()];
  const open = all.filter(({ state }) => state === "open").length;
  return {
    ...minimalRepositoryView(site, repository),
    clone_url: `${web}.git`,
    git_url: `${web.replace(/^http/, "git")}.git`,
    ssh_url: `git@${new URL(site.url).hostname}:${repository.fullName}.git`,
    svn_url: web,
    mirror_url: null,
    homepage: null,
    language: null,
    visibility: "private",
    default_branch: repository.defaultBranch,
    archived: false,
    disabled: false,
    is_template: false,
    topics: [],
    license: null,
    size: 1,
    forks: 0,
    forks_count: 0,
    watchers: 0,
    watchers_count: 0,
    stargazers_count: 0,
    open_issues: open,
    open_issues_count: open,
    has_issues: repository.issues.isOn,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    has_discussions: false,
    pushed_at: isoTime(repository.pushedAt),
    created_at: isoTime(repository.createdAt),
    updated_at: isoTime(repository.pushedAt),
  };
}

/** `full-repository`, as seen by somebody with this permission. */
export function fullRepositoryView(
  site: Site,
  repository: HostedRepository,
  permission: Permission,
): Json {
  const { merging } = repository.rules;
  const admin = permission === "admin";
  const push = permission !== "read";
  return {
    ...repositoryView(site, repository),
    permissions: { admin, maintain: admin, push, triage: push, pull: true },
    allow_merge_commit: merging.merge,
    allow_squash_merge: merging.squash,
    allow_rebase_merge: merging.rebase,
    allow_auto_merge: merging.autoMerge,
    delete_branch_on_merge: true,
    network_count: 0,
    subscribers_count: 0,
  };
}
