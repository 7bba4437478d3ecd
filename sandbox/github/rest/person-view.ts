import type { Person } from "../accounts.ts";
import { isoTime } from "../git-history.ts";
import type { Site } from "../site.ts";

type Json = Record<string, unknown>;

/** `simple-user` of GitHub's description. */
export function personView(site: Site, person: Person): Json {
  const login = encodeURIComponent(person.login);
  const api = `${site.apiUrl}/users/${login}`;
  return {
    login: person.login,
    id: person.id,
    node_id: nodeId("User", person.login),
    avatar_url: `${site.url}/avatars/${login}`,
    gravatar_id: "",
    url: api,
    html_url: `${site.url}/${login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: person.type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** The signed-in user's own profile. The address is private, as by default, so `email` is null. */
export function profileView(site: Site, person: Person, at: number): Json {
  return {
    ...personView(site, person),
    name: person.name,
    company: null,
    blog: "",
    location: null,
    email: null,
    notification_email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: isoTime(at),
    updated_at: isoTime(at),
  };
}

const PREFIX = {
  Blob: "B",
  User: "U",
  Repository: "R",
  PullRequest: "PR",
  Commit: "C",
  CheckRun: "CR",
  CheckSuite: "CS",
  Issue: "I",
  IssueComment: "IC",
  PullRequestReview: "PRR",
  Ref: "REF",
  Label: "LA",
  App: "A",
  StatusCheckRollup: "SCR",
  StatusContext: "SC",
  Team: "T",
  MergeQueue: "MQ",
  MergeQueueEntry: "MQE",
  ReviewRequest: "RR",
  AddedToMergeQueueEvent: "AMQE",
  RemovedFromMergeQueueEvent: "RMQE",
  RepositoryRuleset: "RRS",
} as const;

export type NodeKind = keyof typeof PREFIX;

/** The global id of a thing: opaque to clients, readable by {@link readNodeId}. */
export function nodeId(kind: NodeKind, key: string | number): string {
  return `${PREFIX[kind]}_${Buffer.from(`${kind}:${key}`).toString("base64url")}`;
}

/** Kind and key of a global id, or null when it is none of ours. */
export function readNodeId(id: string): { kind: string; key: string } | null {
  const text = Buffer.from(id.replace(/^[A-Z]+_/, ""), "base64url").toString();
  const at = text.indexOf(":");
  return at > 0 ? { kind: text.slice(0, at), key: text.slice(at + 1) } : null;
}
