"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { moveInList } from "@/components/suspect/move-in-list";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { LinkButton } from "@/components/ui/link-button";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { usePageState } from "@/components/ui/use-page-state";
import { retroQueries } from "@/lib/browser/retro-queries";
import { RetroRow } from "./retro-row";
import { RetrosHead } from "./retros-head";

const states = [
  { value: "", label: "All" },
  { value: "draft", label: "Drafts" },
  { value: "in-review", label: "In review" },
  { value: "published", label: "Published" },
  { value: "none", label: "Without one" },
] as const;

function Search({ first, onSearch }: { first: string; onSearch: (words: string) => void }) {
  const [words, setWords] = useState(first);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSearch(words.trim());
  };
  return (
    <search>
      <form onSubmit={submit} className="flex gap-1.5">
        <input
          type="search"
          aria-label="Search all retros"
          placeholder="Search all retros"
          maxLength={200}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            if (event.target.value === "") onSearch("");
          }}
          className="field w-56 min-w-0"
        />
        <Button type="submit" size="small">
          Search
        </Button>
      </form>
    </search>
  );
}

/** Every retro, newest first, with restored incidents that have none; search and state in the address. */
export function RetrosScreen() {
  const [page, setPage] = usePageState();
  const search = page.get("search") ?? "";
  const state = states.find(({ value }) => value === page.get("state"))?.value ?? "";
  const retros = useInfiniteQuery(retroQueries.retros({ search, state }));
  const rows = retros.data?.pages.flatMap((each) => each.items) ?? [];
  return (
    <>
      <RetrosHead />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="sr-only">State of the retro</legend>
          {states.map(({ value, label }) => (
            <Button
              key={label}
              size="small"
              aria-pressed={value === state}
              className="aria-pressed:bg-sunken aria-pressed:font-semibold"
              onClick={() => setPage({ state: value || null })}
            >
              {label}
            </Button>
          ))}
        </fieldset>
        <Search
          key={search}
          first={search}
          onSearch={(words) => {
            if (words === search) return;
            setPage({ search: words || null });
            if (words) announce(`Searching for ${words}.`);
          }}
        />
      </div>
      <section aria-label="Retros" className="panel">
        {retros.isPending ? <Skeleton rows={6} label="Reading retros" /> : null}
        {retros.isError && rows.length === 0 ? (
          <ProblemNotice error={retros.error} retry={() => void retros.refetch()} />
        ) : null}
        {retros.isSuccess && rows.length === 0 ? (
          search || state ? (
            <Empty
              title="No retro fits."
              action={
                <Button onClick={() => setPage({ search: null, state: null })}>Show all</Button>
              }
            >
              {search
                ? `Nothing says “${search}”. Try fewer or other words.`
                : "Choose another state."}
            </Empty>
          ) : (
            <Empty
              title="No retro yet."
              action={<LinkButton href="/incidents">Go to the incidents</LinkButton>}
            >
              When an incident is restored, its retro is drafted by itself from what was recorded,
              and appears here.
            </Empty>
          )
        ) : null}
        <ul data-keys onKeyDown={moveInList}>
          {rows.map((row) => (
            <RetroRow key={row.incident.id} row={row} />
          ))}
        </ul>
        {retros.hasNextPage ? (
          <div className="border-t border-line p-2.5">
            <Button
              size="small"
              disabled={retros.isFetchingNextPage}
              onClick={() => void retros.fetchNextPage()}
            >
              Older
            </Button>
          </div>
        ) : null}
      </section>
    </>
  );
}
