"use client";
import { useQuery } from "@tanstack/react-query";
import { Time } from "@/components/clock/time";
import { ColumnHeads } from "@/components/ui/column-heads";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { ScrollBox } from "@/components/ui/scroll-box";
import { Skeleton } from "@/components/ui/skeleton";
import { Tag } from "@/components/ui/tag";
import { serviceQueries } from "@/lib/browser/service-queries";
import type { KnownGoodDifference, KnownGoodView } from "@/lib/contracts/known-good";

const kinds: Record<KnownGoodDifference["kind"], string> = {
  revision: "Revision of",
  template: "Setting",
  image: "Image of",
  commit: "Commit of",
  flag: "Flag",
  migration: "Database,",
};
const MONO = new Set<KnownGoodDifference["kind"]>(["image", "commit", "template", "migration"]);

function Side({ of, value }: { of: KnownGoodDifference; value: string | null }) {
  if (value === null) return <span className="text-ink-3">none known</span>;
  // Which migration it is, its name tells; the folder only makes the column long.
  const shown = of.kind === "migration" ? value.slice(value.lastIndexOf("/") + 1) : value;
  return MONO.has(of.kind) ? (
    <code className="break-all" title={shown === value ? undefined : value}>
      {shown}
    </code>
  ) : (
    value
  );
}

/** One line of the comparison; a setting without two sides is told whole. */
function Line({ difference }: { difference: KnownGoodDifference }) {
  const { kind, what, live, knownGood } = difference;
  const isWhole = live === null && knownGood === null;
  return (
    <tr className="max-sm:grid max-sm:grid-cols-2 max-sm:border-b max-sm:border-line max-sm:py-1 max-sm:last:border-b-0 max-sm:*:border-0! max-sm:*:py-0.5!">
      <th scope="row" className="w-1/3 font-normal max-sm:col-span-2 max-sm:w-auto">
        <span className="text-ink-3">{kinds[kind]}</span>{" "}
        {kind === "flag" || kind === "template" ? <code className="break-all">{what}</code> : what}
      </th>
      {isWhole ? (
        <td colSpan={2} className="text-ink-3">
          changed since
        </td>
      ) : (
        <>
          <td className="font-medium">
            <span className="font-normal text-ink-3 sm:hidden">Live </span>
            <Side of={difference} value={live} />
          </td>
          <td className="font-medium">
            <span className="font-normal text-ink-3 sm:hidden">Known good </span>
            <Side of={difference} value={knownGood} />
          </td>
        </>
      )}
    </tr>
  );
}

function Comparison({ view }: { view: KnownGoodView }) {
  const { state, isLive, differences } = view;
  if (!state) {
    return (
      <Empty title="No known good state yet.">
        {view.sentence} A version counts as good once it has been live for an hour without harm, or
        a restoration to it was verified.
      </Empty>
    );
  }
  const names = state.deployments.map((one) => `${one.deployment.name} ${one.revision}`).join(", ");
  return (
    <>
      <p className="border-b border-line px-3.5 py-2 last:border-b-0">
        <b className="font-semibold">{names}</b>
        {state.commit ? (
          <>
            {" "}
            <code className="text-ink-2">{state.commit.slice(0, 10)}</code>
          </>
        ) : null}
        <span className="text-ink-2">
          , live since <Time at={state.liveAt} />. Seen good until{" "}
          <Time at={state.verifiedAt} only="absolute" />: {state.verifiedBy}.
        </span>
      </p>
      {isLive ? (
        <p className="px-3.5 py-2.5 text-ink-2">
          Nothing differs: revisions and flags are as they were.
        </p>
      ) : (
        <ScrollBox label="Live against known good">
          <table className="grid-table max-sm:block max-sm:[&>tbody]:block max-sm:[&>thead]:sr-only">
            <ColumnHeads names={["What differs", "Live", "Known good"]} />
            <tbody>
              {differences.map((difference) => (
                <Line key={`${difference.kind} ${difference.what}`} difference={difference} />
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
    </>
  );
}

/** What a service can be restored to, and how what is live differs from it. */
export function KnownGoodPanel({ name }: { name: string }) {
  const read = useQuery(serviceQueries.knownGood(name));
  const view = read.data;
  const tag = view?.state ? (
    <Tag tone={view.isLive ? "good" : "warn"}>{view.isLive ? "Live" : "Not live"}</Tag>
  ) : null;
  return (
    <Panel title="Known good" aside={tag ?? "the last state that was live, healthy and no culprit"}>
      {read.isPending ? <Skeleton rows={2} label="Reading the known good state" /> : null}
      {read.isError && !view ? (
        <ProblemNotice error={read.error} retry={() => void read.refetch()} />
      ) : null}
      {view ? <Comparison view={view} /> : null}
    </Panel>
  );
}
