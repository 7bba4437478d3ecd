"use client";
import { type FormEvent, useState } from "react";
import { fromField, toField } from "@/components/log/note-editor";
import { FormEnd } from "@/components/ui/form-end";
import { Modal } from "@/components/ui/modal";
import type { Incident, Severity } from "@/lib/contracts/incident";
import { SeverityField } from "./severity-field";
import { useCorrect } from "./use-correct";

/** Corrects title, severity, commander and start of harm. */
export default function CorrectForm({
  incident,
  onClose,
}: {
  incident: Incident;
  onClose: () => void;
}) {
  const [title, setTitle] = useState(incident.title);
  const [severity, setSeverity] = useState<Severity>(incident.severity);
  const [commander, setCommander] = useState(incident.commander ?? "");
  const [harm, setHarm] = useState(toField(incident.harmBeganAt));
  const correct = useCorrect(incident, "Corrected.", onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    correct.send({
      title: title === incident.title ? undefined : title,
      severity: severity === incident.severity ? undefined : severity,
      commander: commander.trim() && commander !== incident.commander ? commander : undefined,
      harmBeganAt: harm === toField(incident.harmBeganAt) ? undefined : fromField(harm),
    });
  };
  const field = "flex flex-col gap-1 font-medium";
  return (
    <Modal title={`Correct ${incident.id}`} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <label className={field}>
          What is wrong
          <input
            data-first
            required
            minLength={3}
            maxLength={200}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
            className="field font-normal"
          />
        </label>
        <SeverityField value={severity} onChange={setSeverity} />
        <label className={field}>
          Commander
          <input
            maxLength={100}
            value={commander}
            onChange={(event) => setCommander(event.target.value)}
            className="field font-normal"
          />
        </label>
        <label className={field}>
          Harm began (UTC)
          <input
            type="datetime-local"
            step="1"
            required
            value={harm}
            onChange={(event) => setHarm(event.target.value)}
            className="field font-normal sm:w-64"
          />
          <span className="text-meta font-normal text-ink-2">
            Suspects are ranked by what changed before this moment.
          </span>
        </label>
        <FormEnd
          label="Correct"
          error={correct.error}
          isPending={correct.isPending}
          onLeave={onClose}
          size="normal"
        />
      </form>
    </Modal>
  );
}
