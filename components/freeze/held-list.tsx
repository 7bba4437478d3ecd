"use client";
import { announce } from "@/components/announcer/announce";
import { Time } from "@/components/clock/time";
import { useMayAct } from "@/components/lever/use-may-act";
import { Button } from "@/components/ui/button";
import { ExternalLink } from "@/components/ui/external-link";
import { ReasonForm } from "@/components/ui/reason-form";
import { useOpened } from "@/components/ui/use-opened";
import { freezeApi } from "@/lib/browser/freeze-api";
import type { AllowDeliveryInput, Freeze, HeldDelivery } from "@/lib/contracts/freeze";
import { useReadFreezesAgain } from "./use-read-freezes-again";

const COMMIT = /^[0-9a-f]{7,64}$/i;

/** What lets a delivery through; null for one that didn't say which commit it brings. */
export function wayThrough({
  kind,
  value,
}: HeldDelivery): Omit<AllowDeliveryInput, "reason"> | null {
  if (kind === "pull") return { kind, value };
  return COMMIT.test(value) ? { kind: "commit", value } : null;
}

function Row({ delivery, freezeId }: { delivery: HeldDelivery; freezeId: string }) {
  const { title, service, services = [], by, url, firstAt, letThroughAt, kind } = delivery;
  const whose = service ?? services.join(", ");
  const { mayAct } = useMayAct();
  const readAgain = useReadFreezesAgain();
  const asking = useOpened();
  const way = wayThrough(delivery);
  return (
    <li className="border-b border-line px-3.5 py-2 last:border-b-0">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 basis-52 wrap-anywhere">
          <ExternalLink href={url}>{title}</ExternalLink>{" "}
          <span className="text-ink-3">
            {kind === "pull" ? "pull request" : "asked the gate"}
            {whose === "" ? "" : `, ${whose}`}
            {by ? `, ${by}` : ""}, {letThroughAt ? "from" : "waits since"}{" "}
            <Time at={firstAt} only="absolute" />
          </span>
        </p>
        {letThroughAt ? (
          <span className="text-ink-2">
            let through <Time at={letThroughAt} only="absolute" />
          </span>
        ) : mayAct && way && !asking.isOpen ? (
          <Button ref={asking.opener} size="small" onClick={asking.open}>
            Let through…<span className="sr-only"> {title}</span>
          </Button>
        ) : null}
      </div>
      {letThroughAt || way ? null : (
        <p className="text-meta text-ink-3">
          It didn’t name its commit, so it can’t be let through alone.
        </p>
      )}
      {asking.isOpen && way ? (
        <ReasonForm
          question="Why it may be delivered now"
          placeholder="What makes it safe, and who said so"
          label="Let it through"
          onLeave={asking.close}
          send={async (reason) => {
            try {
              await freezeApi.allow(freezeId, { ...way, reason });
              announce(`${title} may pass ${freezeId}.`);
              asking.close();
            } finally {
              readAgain();
            }
          }}
        />
      ) : null}
    </li>
  );
}

/** The deliveries that a freeze met, those that wait first; each can be let through with a reason. */
export function HeldList({ freeze }: { freeze: Freeze }) {
  const { id, heldDeliveries, heldCount } = freeze;
  const ordered = heldDeliveries.toSorted(
    (a, b) => Number(a.letThroughAt !== null) - Number(b.letThroughAt !== null),
  );
  if (ordered.length === 0) {
    return <p className="px-3.5 py-2 text-ink-2">No delivery has come yet that it holds.</p>;
  }
  const unseen = heldCount - ordered.length;
  return (
    <>
      <ul aria-label="Deliveries it met">
        {ordered.map((delivery) => (
          <Row key={delivery.id} delivery={delivery} freezeId={id} />
        ))}
      </ul>
      {unseen > 0 ? <p className="px-3.5 pb-2 text-ink-3">and {unseen} earlier ones</p> : null}
    </>
  );
}
