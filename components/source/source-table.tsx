"use client";
import { useQuery } from "@tanstack/react-query";
import { Time } from "@/components/clock/time";
import { ColumnHeads } from "@/components/ui/column-heads";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { ScrollBox } from "@/components/ui/scroll-box";
import { Skeleton } from "@/components/ui/skeleton";
import { queries } from "@/lib/browser/queries";
import { SourceDot } from "./source-dot";

/** Every connected source: what it is, how it is, since when, and how much it still lets us ask. */
export function SourceTable() {
  const sources = useQuery(queries.sources());
  return (
    <Panel title="Sources">
      {sources.isPending ? <Skeleton rows={4} label="Reading sources" /> : null}
      {sources.isError && !sources.data ? (
        <ProblemNotice error={sources.error} retry={() => void sources.refetch()} />
      ) : null}
      {sources.data?.length === 0 ? (
        <Empty title="Nothing is connected.">
          Name your cluster, flags, repositories and signals in <code>known-good.yaml</code>; they
          appear here with their state.
        </Empty>
      ) : null}
      {sources.data && sources.data.length > 0 ? (
        <ScrollBox label="Table of sources">
          <table className="grid-table min-w-[44rem]">
            <ColumnHeads
              names={["Source", "Product", "Status", "Known at (UTC)", "Requests left", "Problem"]}
            />
            <tbody>
              {sources.data.map((source) => (
                <tr key={source.name}>
                  <th scope="row" className="font-medium">
                    {source.name}
                  </th>
                  <td>
                    {source.product} <span className="text-ink-3">{source.kind}</span>
                  </td>
                  <td>
                    <span className="inline-flex items-center gap-2 whitespace-nowrap">
                      <SourceDot status={source.status} />
                      {source.status}
                      {source.silentSince ? (
                        <span className="text-ink-3">
                          since <Time at={source.silentSince} only="absolute" />
                        </span>
                      ) : null}
                    </span>
                  </td>
                  <td>{source.knownAt ? <Time at={source.knownAt} /> : "never"}</td>
                  <td className="whitespace-nowrap">
                    {source.rateLimit ? (
                      <>
                        {source.rateLimit.remaining} of {source.rateLimit.limit}
                        <span className="block text-meta text-ink-3">
                          full again at <Time at={source.rateLimit.resetsAt} only="absolute" />
                        </span>
                      </>
                    ) : (
                      <span className="text-ink-3">not limited</span>
                    )}
                  </td>
                  <td className="min-w-48">
                    {source.problem ?? <span className="text-ink-3">none</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollBox>
      ) : null}
    </Panel>
  );
}
