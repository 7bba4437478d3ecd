"use client";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo, useState } from "react";
import { useMayAct } from "@/components/lever/use-may-act";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { usePageState } from "@/components/ui/use-page-state";
import { ProblemError } from "@/lib/browser/api";
import { retroQueries } from "@/lib/browser/retro-queries";
import type { RetroDocument, RetroView } from "@/lib/contracts/retro";
import { NoRetro } from "./no-retro";
import { RetroBody } from "./retro-body";
import { type RetroDesk, RetroDeskContext } from "./retro-desk";
import { RetroSkeleton } from "./retro-skeleton";
import { RetroStrip } from "./retro-strip";
import { usePresence } from "./use-presence";

/** What an old version says, and the way to the one that is written now. */
function VersionBanner({ id, version, newest }: { id: string; version: number; newest: number }) {
  return (
    <p role="note" className="rounded-lg bg-accent-soft px-3.5 py-2">
      <b className="font-semibold">Version {version}, as it was published.</b> It never changes.{" "}
      {version < newest ? `The newest is version ${newest}. ` : ""}
      <Link
        href={`/retros/${encodeURIComponent(id)}`}
        className="text-accent underline underline-offset-2"
      >
        Go to the one being written
      </Link>
    </p>
  );
}

function Body({
  view,
  document,
  version,
}: {
  view: RetroView;
  document: RetroDocument;
  version: number | null;
}) {
  const [lit, setLit] = useState<readonly string[]>([]);
  return <RetroBody view={view} document={document} version={version} lit={lit} onLight={setLit} />;
}

function PublishedBody({ view, version }: { view: RetroView; version: number }) {
  const published = useQuery(retroQueries.publication(view.retro.incidentId, version));
  if (published.data) {
    return <Body view={view} document={published.data.document} version={version} />;
  }
  return published.isError ? (
    <section className="panel">
      <ProblemNotice error={published.error} retry={() => void published.refetch()} />
    </section>
  ) : (
    <RetroSkeleton />
  );
}

function OpenRetro({ id, view, readAt }: { id: string; view: RetroView; readAt: number }) {
  const [page] = usePageState();
  const { mayWrite } = useMayAct();
  const { others, writeIn } = usePresence(id, readAt);
  const asked = Number(page.get("version"));
  const version = Number.isInteger(asked) && asked > 0 ? asked : null;
  const mayEdit = mayWrite && version === null;
  const { names } = view;
  const desk = useMemo<RetroDesk>(
    () => ({ incidentId: id, mayEdit, names, others, writeIn }),
    [id, mayEdit, names, others, writeIn],
  );
  return (
    <RetroDeskContext value={desk}>
      <RetroStrip incident={view.document.incident} retro={view.retro} version={version} />
      {version === null ? (
        <Body view={view} document={view.document} version={null} />
      ) : (
        <>
          <VersionBanner id={id} version={version} newest={view.retro.publishedVersion} />
          <PublishedBody key={version} view={view} version={version} />
        </>
      )}
    </RetroDeskContext>
  );
}

/** The retro of an incident: what a team sits before, writes together and publishes. */
export function RetroScreen({ id }: { id: string }) {
  const retro = useQuery(retroQueries.retro(id));
  if (retro.data) {
    return (
      <>
        {retro.isError ? (
          <ProblemNotice error={retro.error} className="rounded-lg bg-warn-soft" />
        ) : null}
        <OpenRetro id={id} view={retro.data} readAt={retro.dataUpdatedAt} />
      </>
    );
  }
  if (!retro.isError) return <RetroSkeleton />;
  const { error } = retro;
  if (error instanceof ProblemError && error.problem.code === "no-retro") {
    return <NoRetro id={id} sentence={error.problem.sentence} />;
  }
  return (
    <section className="panel">
      <h1 className="px-3.5 pt-3 text-title">The retro of {id} can't be shown</h1>
      <ProblemNotice error={error} retry={() => void retro.refetch()} />
    </section>
  );
}
