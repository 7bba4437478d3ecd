"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type FormEvent, useState } from "react";
import { useMayAct } from "@/components/lever/use-may-act";
import { RetrosHead } from "@/components/retro/retros-head";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { LinkButton } from "@/components/ui/link-button";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { usePageState } from "@/components/ui/use-page-state";
import { type FollowUpFilter, retroQueries } from "@/lib/browser/retro-queries";
import type { FollowUpRow as Row } from "@/lib/contracts/follow-up";
import { FollowUpRow } from "./follow-up-row";

const choices = [
  { label: "Open", words: { state: null, overdue: null } },
  { label: "Overdue", words: { state: null, overdue: "true" } },
  { label: "Done", words: { state: "done", overdue: null } },
  { label: "Dropped", words: { state: "dropped", overdue: null } },
] as const;

/** What the address asks for; open ones when it says nothing. */
export function followUpFilter(words: { get: (name: string) => string | null }): FollowUpFilter {
  const asked = words.get("state");
  return {
    state: asked === "done" || asked === "dropped" ? asked : "open",
    team: words.get("team") ?? "",
    owner: words.get("owner") ?? "",
    overdue: words.get("overdue") === "true" ? "true" : "",
  };
}

/** Rows by team in the order in which teams first appear; those of no team last. */
function byTeam(rows: Row[]): [team: string, rows: Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const team = row.followUp.team ?? "";
    groups.set(team, [...(groups.get(team) ?? []), row]);
  }
  return [...groups].sort(([a], [b]) => Number(a === "") - Number(b === ""));
}

function Narrow({
  filter,
  onNarrow,
}: {
  filter: FollowUpFilter;
  onNarrow: (words: { team: string | null; owner: string | null }) => void;
}) {
  const [team, setTeam] = useState(filter.team);
  const [owner, setOwner] = useState(filter.owner);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onNarrow({ team: team.trim() || null, owner: owner.trim() || null });
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap gap-1.5">
      <input
        aria-label="Team"
        placeholder="Team"
        value={team}
        onChange={(event) => setTeam(event.target.value)}
        className="field w-32 min-w-0"
      />
      <input
        aria-label="Owner"
        placeholder="Owner"
        value={owner}
        onChange={(event) => setOwner(event.target.value)}
        className="field w-32 min-w-0"
      />
      <Button type="submit" size="small">
        Narrow
      </Button>
    </form>
  );
}

/** What all retros asked for: open, overdue, by team; what is shown is in the address. */
export function FollowUpsScreen() {
  const [page, setPage] = usePageState();
  const { mayWrite } = useMayAct();
  const filter = followUpFilter(page);
  const followUps = useInfiniteQuery(retroQueries.followUps(filter));
  const rows = followUps.data?.pages.flatMap((each) => each.items) ?? [];
  const isNarrowed = filter.team !== "" || filter.owner !== "";
  const current = filter.overdue ? "Overdue" : filter.state;
  return (
    <>
      <RetrosHead />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="sr-only">Which follow-ups</legend>
          {choices.map(({ label, words }) => (
            <Button
              key={label}
              size="small"
              aria-pressed={label.toLowerCase() === current.toLowerCase()}
              className="aria-pressed:bg-sunken aria-pressed:font-semibold"
              onClick={() => setPage(words)}
            >
              {label}
            </Button>
          ))}
        </fieldset>
        <Narrow key={`${filter.team} ${filter.owner}`} filter={filter} onNarrow={setPage} />
      </div>
      {followUps.isPending ? (
        <section className="panel">
          <Skeleton rows={6} label="Reading follow-ups" />
        </section>
      ) : null}
      {followUps.isError && rows.length === 0 ? (
        <section className="panel">
          <ProblemNotice error={followUps.error} retry={() => void followUps.refetch()} />
        </section>
      ) : null}
      {followUps.isSuccess && rows.length === 0 ? (
        <section aria-label="Follow-ups" className="panel">
          {isNarrowed ? (
            <Empty
              title="No follow-up fits."
              action={
                <Button onClick={() => setPage({ team: null, owner: null })}>Show all</Button>
              }
            >
              Choose another team or owner.
            </Empty>
          ) : filter.overdue ? (
            <Empty title="Nothing is overdue." />
          ) : (
            <Empty
              title={`No follow-up is ${filter.state}.`}
              action={<LinkButton href="/retros">Go to the retros</LinkButton>}
            >
              What a retro asks for appears here, with its owner and its day.
            </Empty>
          )}
        </section>
      ) : null}
      {byTeam(rows).map(([team, group]) => (
        <Panel
          key={team}
          title={team || "No team"}
          aside={`${group.length} ${group.length === 1 ? "follow-up" : "follow-ups"}`}
        >
          <ul>
            {group.map(({ followUp, incidentTitle, isOverdue }) => (
              <FollowUpRow
                key={followUp.id}
                followUp={followUp}
                late={isOverdue}
                mayEdit={mayWrite}
                from={
                  <Link
                    href={`/retros/${encodeURIComponent(followUp.incidentId)}`}
                    className="min-w-0 underline decoration-line underline-offset-2"
                  >
                    {followUp.incidentId} <bdi>{incidentTitle}</bdi>
                  </Link>
                }
              />
            ))}
          </ul>
        </Panel>
      ))}
      {followUps.hasNextPage ? (
        <Button
          size="small"
          className="self-start"
          disabled={followUps.isFetchingNextPage}
          onClick={() => void followUps.fetchNextPage()}
        >
          More
        </Button>
      ) : null}
    </>
  );
}
