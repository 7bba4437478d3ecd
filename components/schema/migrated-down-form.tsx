"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { Button } from "@/components/ui/button";
import { FormEnd } from "@/components/ui/form-end";
import { request } from "@/lib/browser/api";
import type { MigratedDownInput, SchemaReport } from "@/lib/contracts/schema-judgement";

const record = (input: MigratedDownInput) =>
  request<null>("/api/schemas/migrated-down", { method: "POST", body: input });

const focusOnce = (field: HTMLTextAreaElement | null) => field?.focus();

/** Says that migrations were taken back by hand, so that the lever is judged without them. */
export function MigratedDownForm({
  report,
  service,
  incidentId,
}: {
  report: SchemaReport;
  service: string;
  incidentId: string;
}) {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set());
  const paths = report.paths.filter((path) => !kept.has(path));
  const send = useMutation({
    mutationFn: () => record({ incidentId, service, paths, note }),
    onSuccess: () => {
      announce("Recorded. The levers are judged again.");
      setOpen(false);
      void client.invalidateQueries({ queryKey: ["levers"] });
      void client.invalidateQueries({ queryKey: ["incident", incidentId] });
    },
  });
  if (!isOpen) {
    return (
      <div>
        <Button size="small" onClick={() => setOpen(true)}>
          I migrated down…
        </Button>
      </div>
    );
  }
  const turn = (path: string, isBack: boolean) => {
    const next = new Set(kept);
    if (isBack) next.delete(path);
    else next.add(path);
    setKept(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (paths.length > 0 && note.trim().length >= 3) send.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 rounded-md border border-line p-2.5">
      <fieldset className="flex flex-col gap-1">
        <legend className="pb-1 font-medium">Taken back, by hand</legend>
        {report.paths.map((path) => (
          <label key={path} className="flex min-h-6 cursor-pointer gap-2">
            <input
              type="checkbox"
              checked={!kept.has(path)}
              onChange={({ target }) => turn(path, target.checked)}
              className="mt-0.5 size-4 shrink-0 accent-(--accent)"
            />
            <span className="font-mono break-all">{path}</span>
          </label>
        ))}
      </fieldset>
      <label className="flex flex-col gap-1 font-medium">
        How it was done
        <textarea
          // The form appears because the user asked for it; its field is where they are going.
          ref={focusOnce}
          required
          minLength={3}
          rows={2}
          value={note}
          placeholder="The command you ran, and what the database says now"
          onChange={({ target }) => setNote(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") setOpen(false);
          }}
          className="field font-normal"
        />
      </label>
      {paths.length === 0 ? <p className="text-warn">Choose at least one migration.</p> : null}
      <FormEnd
        label="It is done"
        error={send.error}
        isPending={send.isPending}
        onLeave={() => setOpen(false)}
      />
    </form>
  );
}
