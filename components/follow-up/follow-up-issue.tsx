"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ExternalLink } from "@/components/ui/external-link";
import { sentenceOf } from "@/lib/browser/api";
import type { FollowUp } from "@/lib/contracts/follow-up";
import { useOpenIssue } from "./use-follow-up";

/** The issue that a follow-up was opened as and what that says; or the press that opens it. */
export function FollowUpIssue({ followUp, mayEdit }: { followUp: FollowUp; mayEdit: boolean }) {
  const open = useOpenIssue(followUp);
  const [repository, setRepository] = useState("");
  const { issue } = followUp;
  if (issue) {
    return (
      <span className="wrap-anywhere">
        <ExternalLink href={issue.url}>
          {issue.repository}#{issue.number}
        </ExternalLink>{" "}
        <span className="text-ink-2">{issue.state}</span>
      </span>
    );
  }
  if (!mayEdit || followUp.state !== "open") return null;
  return (
    <form
      className="flex flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        open.mutate(repository.trim() || null);
      }}
    >
      {open.isError ? (
        <>
          <p role="alert" className="basis-full text-meta">
            {sentenceOf(open.error)}
          </p>
          <input
            aria-label={`Repository for ${followUp.id}`}
            placeholder="owner/name"
            pattern="[^\/\s]+\/[^\/\s]+"
            value={repository}
            onChange={(event) => setRepository(event.target.value)}
            className="field w-48"
          />
        </>
      ) : null}
      <Button type="submit" size="small" disabled={open.isPending}>
        {open.isPending ? "Opening…" : "Open as GitHub issue"}
        <span className="sr-only"> {followUp.id}</span>
      </Button>
    </form>
  );
}
