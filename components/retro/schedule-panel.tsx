"use client";
import { type FormEvent, useId, useState } from "react";
import { useNow } from "@/components/clock/use-now";
import { Button } from "@/components/ui/button";
import { FormEnd } from "@/components/ui/form-end";
import { Panel } from "@/components/ui/panel";
import { useOpened } from "@/components/ui/use-opened";
import type { Retro } from "@/lib/contracts/retro";
import { useRetroDesk } from "./retro-desk";
import { useArrange } from "./use-arrange";
import { fromZonedField, toZonedField, zoneInWords } from "./zoned-field";

const label = "flex min-w-0 flex-col gap-1 text-meta text-ink-2";

type Props = { retro: Retro; suggested: string[] };

function ScheduleForm({ retro, suggested, onDone }: Props & { onDone: () => void }) {
  const suggestionsId = useId();
  const [at, setAt] = useState(retro.scheduledFor ? toZonedField(retro.scheduledFor) : "");
  const [minutes, setMinutes] = useState(String(retro.minutes));
  const [facilitator, setFacilitator] = useState(retro.facilitator ?? "");
  const [place, setPlace] = useState(retro.place ?? "");
  const arrange = useArrange(retro, "Retro scheduled.", onDone);
  const moment = fromZonedField(at);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    arrange.mutate({
      scheduledFor: moment,
      minutes: Number(minutes),
      facilitator: facilitator.trim() || null,
      place: place.trim() || null,
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2.5 p-3.5">
      <label className={label}>
        When ({zoneInWords(moment)})
        <input
          type="datetime-local"
          value={at}
          onChange={(event) => setAt(event.target.value)}
          className="field text-body"
        />
      </label>
      <label className={label}>
        How long, minutes
        <input
          type="number"
          required
          min={5}
          max={480}
          step={5}
          value={minutes}
          onChange={(event) => setMinutes(event.target.value)}
          className="field w-28 text-body"
        />
      </label>
      <label className={label}>
        Facilitator
        <input
          maxLength={100}
          list={suggestionsId}
          value={facilitator}
          onChange={(event) => setFacilitator(event.target.value)}
          className="field text-body"
        />
        <datalist id={suggestionsId}>
          {suggested.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <span>
          Somebody who wasn't in the middle of it; not the commander.
          {suggested.length > 0 ? ` Took no part: ${suggested.join(", ")}.` : null}
        </span>
      </label>
      <label className={label}>
        Where
        <input
          maxLength={500}
          value={place}
          placeholder="A room or an address"
          onChange={(event) => setPlace(event.target.value)}
          className="field text-body"
        />
      </label>
      <FormEnd label="Save" error={arrange.error} isPending={arrange.isPending} onLeave={onDone} />
    </form>
  );
}

/** A moment in the reader's own zone, in words. */
function whenInWords(iso: string): string {
  const day = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  return `${day.format(new Date(iso))} (${zoneInWords(iso)})`;
}

/** When the retro is held, by whom, where; and the invitation to it. */
export function SchedulePanel({ retro, suggested }: Props) {
  const { mayEdit } = useRetroDesk();
  const form = useOpened();
  // The reader's zone is known in the browser alone.
  const isInBrowser = useNow() !== null;
  const { scheduledFor, facilitator, place, minutes, incidentId } = retro;
  return (
    <div id="schedule" className="scroll-mt-4">
      <Panel
        title="Schedule"
        actions={
          mayEdit && !form.isOpen ? (
            <Button ref={form.opener} size="small" onClick={form.open}>
              {scheduledFor ? "Change" : "Schedule it"}
            </Button>
          ) : null
        }
      >
        {form.isOpen ? (
          <ScheduleForm retro={retro} suggested={suggested} onDone={form.close} />
        ) : (
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 px-3.5 py-3 *:[dt]:text-ink-3">
            <dt>When</dt>
            <dd>
              {scheduledFor ? (
                <>
                  <b className="font-semibold">
                    {isInBrowser ? whenInWords(scheduledFor) : `${scheduledFor.slice(0, 16)} UTC`}
                  </b>
                  , {minutes} min
                </>
              ) : (
                "not scheduled"
              )}
            </dd>
            <dt>Facilitator</dt>
            <dd>{facilitator ?? "nobody yet"}</dd>
            <dt>Where</dt>
            <dd className="wrap-anywhere">{place ?? "not said"}</dd>
            {scheduledFor ? (
              <dd className="col-span-2">
                <a
                  href={`/api/retros/${encodeURIComponent(incidentId)}/invitation`}
                  download="invitation.ics"
                  className="inline-flex min-h-6 items-center text-accent underline underline-offset-2"
                >
                  Invitation for the calendar (.ics)
                </a>
              </dd>
            ) : null}
          </dl>
        )}
      </Panel>
    </div>
  );
}
