"use client";
import { useQuery } from "@tanstack/react-query";
import { usePathname } from "next/navigation";
import { type FormEvent, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { plannedTime } from "@/components/clock/duration";
import { isLeaking } from "@/components/hold/hold-words";
import { FormEnd } from "@/components/ui/form-end";
import { Modal } from "@/components/ui/modal";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useSending } from "@/components/ui/use-sending";
import { freezeApi } from "@/lib/browser/freeze-api";
import { freshKey } from "@/lib/browser/fresh-key";
import { queries } from "@/lib/browser/queries";
import type { Freeze } from "@/lib/contracts/freeze";
import { FREEZE_MINUTES } from "@/lib/contracts/freeze-minutes";
import type { Incident } from "@/lib/contracts/incident";
import { frozenInWords, untilInWords } from "@/lib/rules/freeze-words";
import { FreezePreviewPanel } from "./freeze-preview-panel";
import { ServiceChoice } from "./service-choice";
import { useReadFreezesAgain } from "./use-read-freezes-again";

const MINUTE_MS = 60_000;
const LENGTHS = [15, 30, FREEZE_MINUTES, 120, 240, 480];

/** What a new freeze does and doesn't hold, to be said. */
function resultInWords({ id, services, until, holds }: Freeze): string {
  const leaking = holds.filter(isLeaking).length;
  const done = `${id} freezes deliveries of ${frozenInWords(services)} until ${untilInWords(until)}.`;
  if (leaking === 0) return done;
  return `${done} ${leaking === 1 ? "One thing is" : `${leaking} things are`} not held: the banner says why.`;
}

function FreezeForm({ incident, onClose }: { incident: Incident | null; onClose: () => void }) {
  const services = useQuery(queries.services());
  const readAgain = useReadFreezesAgain();
  const [isEverything, setEverything] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>(incident?.services ?? []);
  const [reason, setReason] = useState(incident ? `${incident.id}: ${incident.title}` : "");
  const [minutes, setMinutes] = useState(FREEZE_MINUTES);
  const [key, setKey] = useState(freshKey);
  const [isMissing, setMissing] = useState(false);
  const asked = isEverything ? [] : [...chosen].sort();
  const sending = useSending(async () => {
    try {
      const input = { services: asked, reason: reason.trim(), minutes };
      const made = await freezeApi.freeze({ ...input, incidentId: incident?.id ?? null }, key);
      announce(resultInWords(made));
      onClose();
    } finally {
      readAgain();
    }
  });
  /** Whatever is said anew is another press. */
  const change = (act: () => void) => {
    setKey(freshKey());
    setMissing(false);
    act();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isNone = !isEverything && chosen.length === 0;
    setMissing(isNone);
    if (!isNone) sending.send();
  };
  const field = "flex flex-col gap-1 font-medium";
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {services.isPending ? <Skeleton rows={3} label="Reading services" /> : null}
      {services.isError && !services.data ? (
        <ProblemNotice error={services.error} retry={() => void services.refetch()} />
      ) : null}
      <ServiceChoice
        services={services.data ?? []}
        isEverything={isEverything}
        chosen={chosen}
        isMissing={isMissing}
        onEverything={(is) => change(() => setEverything(is))}
        onChosen={(names) => change(() => setChosen(names))}
      />
      <label className={field}>
        Why
        <input
          data-autofocus
          required
          minLength={3}
          maxLength={500}
          value={reason}
          placeholder="What has to be good again first"
          onChange={({ target }) => change(() => setReason(target.value))}
          className="field font-normal"
        />
      </label>
      <label className={field}>
        For how long
        <select
          value={minutes}
          onChange={({ target }) => change(() => setMinutes(Number(target.value)))}
          className="field font-normal sm:w-40"
        >
          {LENGTHS.map((length) => (
            <option key={length} value={length}>
              {plannedTime(length * MINUTE_MS)}
            </option>
          ))}
        </select>
        <span className="text-meta font-normal text-ink-2">
          Then it ends by itself; it is renewed with one press.
          {incident ? ` It ends when ${incident.id} is resolved, too.` : ""}
        </span>
      </label>
      {isEverything || chosen.length > 0 ? <FreezePreviewPanel services={asked} /> : null}
      <FormEnd
        label={`Freeze deliveries of ${isEverything ? "every service" : chosen.length > 0 ? frozenInWords(asked) : "…"}`}
        error={sending.error}
        isPending={sending.isPending}
        onLeave={onClose}
        size="normal"
      />
    </form>
  );
}

/** Freezes deliveries: what it would hold is listed before it does; the incident that is looked at is named. */
export default function FreezeDialog({ onClose }: { onClose: () => void }) {
  const path = usePathname();
  const asked = /^\/incidents\/(INC-\d+)$/.exec(decodeURIComponent(path))?.[1] ?? null;
  const view = useQuery({ ...queries.incident(asked ?? ""), enabled: asked !== null });
  const incident = view.data?.incident ?? null;
  // For one that is over it would be thawed at once.
  const isOver = incident?.status === "resolved" || incident?.status === "reviewed";
  return (
    <Modal title="Freeze deliveries" onClose={onClose}>
      {asked !== null && view.isPending ? (
        <Skeleton rows={6} label="Reading the incident" />
      ) : (
        <FreezeForm incident={isOver ? null : incident} onClose={onClose} />
      )}
    </Modal>
  );
}
