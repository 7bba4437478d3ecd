"use client";
import { lazy, Suspense } from "react";
import { useNow } from "@/components/clock/use-now";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Panel } from "@/components/ui/panel";
import { useOpened } from "@/components/ui/use-opened";
import type { FollowUp } from "@/lib/contracts/follow-up";
import { isOverdue } from "@/lib/rules/due-days";
import { FollowUpRow } from "./follow-up-row";
import { useAddFollowUp } from "./use-follow-up";

const FollowUpForm = lazy(() => import("./follow-up-form"));

/** What this retro changes: few things, each with an owner, a day and an end it serves. */
export function FollowUpPanel({
  incidentId,
  followUps,
  mayEdit,
}: {
  incidentId: string;
  followUps: FollowUp[];
  mayEdit: boolean;
}) {
  const form = useOpened();
  const now = useNow();
  const add = useAddFollowUp(incidentId, form.close);
  const open = followUps.filter(({ state }) => state === "open").length;
  const button = (
    <Button ref={form.opener} onClick={form.open}>
      Add a follow-up
    </Button>
  );
  return (
    <Panel
      title="Follow-ups"
      aside={followUps.length > 0 ? `${open} open of ${followUps.length}` : undefined}
      actions={
        mayEdit && followUps.length > 0 && !form.isOpen ? (
          <Button ref={form.opener} size="small" onClick={form.open}>
            Add a follow-up
          </Button>
        ) : null
      }
    >
      {followUps.length === 0 && !form.isOpen ? (
        <Empty title="No follow-up yet." action={mayEdit ? button : null}>
          What would prevent it, show it sooner, or bring it back faster? What is worth learning?
        </Empty>
      ) : null}
      <ul>
        {followUps.map((followUp) => (
          <FollowUpRow
            key={followUp.id}
            followUp={followUp}
            late={now !== null && isOverdue(followUp, new Date(now))}
            mayEdit={mayEdit}
          />
        ))}
      </ul>
      {form.isOpen ? (
        <Suspense fallback={null}>
          <FollowUpForm
            followUp={null}
            isPending={add.isPending}
            error={add.error}
            onSave={(input) => add.mutate(input)}
            onDone={form.close}
          />
        </Suspense>
      ) : null}
    </Panel>
  );
}
