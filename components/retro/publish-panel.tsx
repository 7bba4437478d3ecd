"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { announce } from "@/components/announcer/announce";
import { Time } from "@/components/clock/time";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { retroApi } from "@/lib/browser/retro-api";
import type { RetroView } from "@/lib/contracts/retro";
import { missingParts } from "./missing-parts";
import { useRetroDesk } from "./retro-desk";

/** Publishes what stands now as a numbered version that never changes; says what it lacks. */
export function PublishPanel({ view, shown }: { view: RetroView; shown: number | null }) {
  const { retro, document, publications } = view;
  const { mayEdit } = useRetroDesk();
  const client = useQueryClient();
  const [isArmed, setArmed] = useState(false);
  const { incidentId, version, publishedVersion, changedSince } = retro;
  const publish = useMutation({
    mutationFn: () => retroApi.publish(incidentId, version),
    onSuccess: (made) => announce(`Version ${made.version} published.`),
    onSettled: () => {
      setArmed(false);
      void client.invalidateQueries({ queryKey: ["retro", incidentId] });
      void client.invalidateQueries({ queryKey: ["retros"] });
    },
  });
  const next = publishedVersion + 1;
  const missing = missingParts(retro, document);
  const isPublished = publishedVersion > 0 && !changedSince;
  const href = `/retros/${encodeURIComponent(incidentId)}`;
  return (
    <Panel title="Publish">
      <div className="flex flex-col gap-2.5 px-3.5 py-3">
        {isPublished ? (
          <p>Version {publishedVersion} says all that stands here.</p>
        ) : missing.length > 0 ? (
          <div>
            <p className="font-medium">Still missing</p>
            <ul className="list-disc ps-4 text-ink-2">
              {missing.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </div>
        ) : (
          <p>Nothing is missing.</p>
        )}
        {mayEdit && !isPublished ? (
          <>
            <Button
              look={isArmed ? "primary" : "plain"}
              className="self-start"
              disabled={publish.isPending}
              onBlur={() => setArmed(false)}
              onKeyDown={(event) => {
                if (event.key === "Escape") setArmed(false);
              }}
              onClick={(event) => {
                if (event.detail > 1) return;
                if (isArmed) publish.mutate();
                else setArmed(true);
              }}
            >
              {isArmed ? `Confirm: publish version ${next}` : `Publish version ${next}`}
            </Button>
            <p className="text-meta text-ink-2">
              A published version never changes. Later edits make a new one.
            </p>
          </>
        ) : null}
        {publish.isError ? <ProblemNotice error={publish.error} className="px-0" /> : null}
      </div>
      {publications.length > 0 ? (
        <nav aria-label="Versions" className="border-t border-line px-3.5 py-2">
          <ul className="flex flex-col">
            <li>
              <Link
                href={href}
                aria-current={shown === null ? "true" : undefined}
                className="inline-flex min-h-6 items-center underline decoration-line underline-offset-2 aria-current:font-semibold aria-current:no-underline"
              >
                As it stands now
              </Link>
            </li>
            {publications.map((each) => (
              <li key={each.version} className="flex flex-wrap items-center gap-x-2">
                <Link
                  href={`${href}?version=${each.version}`}
                  aria-current={shown === each.version ? "true" : undefined}
                  className="inline-flex min-h-6 items-center underline decoration-line underline-offset-2 aria-current:font-semibold aria-current:no-underline"
                >
                  Version {each.version}
                </Link>
                <span className="text-meta text-ink-3">
                  <Time at={each.publishedAt} only="relative" /> by {each.publishedBy}
                </span>
              </li>
            ))}
          </ul>
        </nav>
      ) : null}
    </Panel>
  );
}
