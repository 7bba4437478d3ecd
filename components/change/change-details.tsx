import type { ReactNode } from "react";
import { Time } from "@/components/clock/time";
import { ColumnHeads } from "@/components/ui/column-heads";
import type { ChangeDetails } from "@/lib/contracts/change";
import { FlagStateList } from "./flag-state-list";

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-2">
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

/** Facts of a Change as a list of terms; kept open for the ones that every kind has. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="flex flex-col gap-1">{children}</dl>;
}

/** When, who and where: what every Change has. */
export function CommonFacts({
  at,
  completedAt,
  actor,
  source,
  services,
}: {
  at: string;
  completedAt: string | null;
  actor: string | null;
  source: string;
  services: string[];
}) {
  return (
    <Facts>
      <Fact name="Took effect">
        <Time at={at} />
      </Fact>
      {completedAt ? (
        <Fact name="Complete">
          <Time at={completedAt} />
        </Fact>
      ) : null}
      <Fact name="Contact">{actor ?? "not recorded"}</Fact>
      <Fact name="Source">{source}</Fact>
      <Fact name="Services">{services.join(", ") || "none claims it"}</Fact>
    </Facts>
  );
}

function DeployFacts({ details }: { details: Extract<ChangeDetails, { kind: "deploy" }> }) {
  return (
    <>
      <Facts>
        <Fact name="Revision">
          {details.previousRevision === null ? "" : `${details.previousRevision} → `}
          <b>{details.revision}</b> of {details.namespace}/{details.deployment}, rollout{" "}
          {details.rollout}
        </Fact>
        {details.images.map((image) => (
          <Fact key={image.container} name={image.container}>
            <code>{image.image}</code>
            {image.was ? (
              <>
                <br />
                <span className="text-ink-3">was </span>
                <code>{image.was}</code>
              </>
            ) : null}
          </Fact>
        ))}
        <Fact name="Commit">
          {details.commit ? (
            <>
              <code>{details.commit.slice(0, 12)}</code>{" "}
              <span className="text-ink-3">from the {details.commitFrom?.replace("-", " ")}</span>
            </>
          ) : (
            "unknown"
          )}
        </Fact>
        {details.changeCause ? <Fact name="Change cause">{details.changeCause}</Fact> : null}
      </Facts>
      <h3 className="mt-4 mb-1">What changed in the template</h3>
      {details.templateChanges.length === 0 ? (
        <p className="text-ink-2">Nothing but the revision.</p>
      ) : (
        <ul className="flex flex-col gap-1 rounded-md bg-sunken px-3 py-2 font-mono text-meta">
          {details.templateChanges.map((change) => (
            <li key={change}>{change}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function MergeFacts({ details }: { details: Extract<ChangeDetails, { kind: "merge" }> }) {
  return (
    <>
      <Facts>
        <Fact name="Pull request">
          #{details.number} in {details.repository}, {details.branch} → {details.base}
          {details.method ? ` by ${details.method}` : ""}
        </Fact>
        <Fact name="Merge commit">
          <code>{details.mergeCommit.slice(0, 12)}</code>
        </Fact>
        {details.labels.length > 0 ? <Fact name="Labels">{details.labels.join(", ")}</Fact> : null}
        {details.flagKeys.length > 0 ? (
          <Fact name="Mentions flags">{details.flagKeys.join(", ")}</Fact>
        ) : null}
        {details.revertOf === null ? null : <Fact name="Reverts">#{details.revertOf}</Fact>}
      </Facts>
      <h3 className="mt-4 mb-1">Files</h3>
      <table className="grid-table">
        <ColumnHeads names={["Path", "Status", "Lines"]} />
        <tbody>
          {details.files.map((file) => (
            <tr key={file.path}>
              <td className="font-mono text-meta">{file.path}</td>
              <td>{file.status}</td>
              <td className="whitespace-nowrap tabular-nums">
                +{file.additions} −{file.deletions}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function ConfigFacts({ details }: { details: Extract<ChangeDetails, { kind: "config" }> }) {
  const { added = [], removed = [], deployments = [], action = "changed" } = details;
  const changed = details.keys.filter((key) => !added.includes(key) && !removed.includes(key));
  const keys = (list: string[]) =>
    list.map((key) => (
      <code key={key} className="me-2 inline-block break-all">
        {key}
      </code>
    ));
  return (
    <>
      <Facts>
        <Fact name="Object">
          {details.object.replace("/", " ")} in {details.namespace}
        </Fact>
        <Fact name="What was done">{action}</Fact>
        {changed.length > 0 ? <Fact name="Changed keys">{keys(changed)}</Fact> : null}
        {added.length > 0 ? <Fact name="Added keys">{keys(added)}</Fact> : null}
        {removed.length > 0 ? <Fact name="Removed keys">{keys(removed)}</Fact> : null}
        {deployments.length > 0 ? <Fact name="Read by">{deployments.join(", ")}</Fact> : null}
        {details.noticed ? (
          <Fact name="Noticed">
            {details.noticed === "at-restart"
              ? "by pods that start after it"
              : "by running pods, within about a minute"}
          </Fact>
        ) : null}
        {details.writtenBy ? <Fact name="Written by">{details.writtenBy}</Fact> : null}
      </Facts>
      <p className="mt-3 text-ink-3">Values are never kept: a keyed hash tells that one changed.</p>
    </>
  );
}

/** What a Change of each kind says about itself. */
export function KindFacts({ details }: { details: ChangeDetails }) {
  switch (details.kind) {
    case "deploy":
      return <DeployFacts details={details} />;
    case "merge":
      return <MergeFacts details={details} />;
    case "flag":
      return (
        <>
          <Facts>
            <Fact name="Flag">
              <code>{details.key}</code> in {details.project}, {details.environment}
            </Fact>
            <Fact name="What was done">{details.action}</Fact>
          </Facts>
          <div className="mt-3 flex flex-wrap gap-4">
            <FlagStateList title="Before" state={details.before} />
            <FlagStateList title="After" state={details.after} />
          </div>
        </>
      );
    case "config":
      return <ConfigFacts details={details} />;
    default: {
      const unknown: never = details;
      return unknown;
    }
  }
}
