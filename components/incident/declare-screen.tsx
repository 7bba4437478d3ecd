"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { type FormEvent, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { useMayAct } from "@/components/lever/use-may-act";
import { Sparkline } from "@/components/signal/sparkline";
import { Button } from "@/components/ui/button";
import { PageHead } from "@/components/ui/page-head";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { api } from "@/lib/browser/api";
import { freshKey } from "@/lib/browser/fresh-key";
import { queries } from "@/lib/browser/queries";
import type { Severity } from "@/lib/contracts/incident";
import { SeverityField } from "./severity-field";

/** Declares an incident: what is wrong, how bad, where. Everything else has a default. */
export function DeclareScreen() {
  const router = useRouter();
  const client = useQueryClient();
  const asked = useSearchParams().getAll("service");
  const services = useQuery(queries.services());
  const { mayAct, refusal } = useMayAct();
  const [title, setTitle] = useState("");
  const [severity, setSeverity] = useState<Severity>(2);
  const [chosen, setChosen] = useState<string[]>(asked);
  const [missing, setMissing] = useState(false);
  const [key, setKey] = useState(freshKey);
  const declare = useMutation({
    mutationFn: () => api.declare({ title: title.trim(), severity, services: chosen }, key),
    onSuccess: (incident) => {
      setKey(freshKey());
      announce(`${incident.id} declared.`);
      void client.invalidateQueries({ queryKey: ["incidents"] });
      router.push(`/incidents/${encodeURIComponent(incident.id)}`);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(chosen.length === 0);
    if (chosen.length > 0) declare.mutate();
  };
  const toggle = (service: string) =>
    setChosen((now) =>
      now.includes(service) ? now.filter((each) => each !== service) : [...now, service],
    );
  return (
    <>
      <PageHead title="Declare incident" />
      <form onSubmit={submit} className="panel flex max-w-2xl flex-col gap-5 p-4">
        <label className="flex flex-col gap-1 font-medium">
          What is wrong
          <input
            required
            minLength={3}
            maxLength={200}
            value={title}
            placeholder="Checkout fails for customers with a voucher"
            onChange={(event) => setTitle(event.target.value)}
            className="field font-normal"
          />
        </label>
        <SeverityField value={severity} onChange={setSeverity} />
        <fieldset aria-describedby={missing ? "services-missing" : undefined}>
          <legend className="mb-1 font-medium">Services that are hurt</legend>
          {services.isPending ? <Skeleton rows={3} label="Reading services" /> : null}
          {services.isError ? (
            <ProblemNotice error={services.error} retry={() => void services.refetch()} />
          ) : null}
          <ul className="flex flex-col gap-1.5">
            {services.data?.map((service) => (
              <li key={service.name}>
                <label className="flex min-h-10 cursor-pointer flex-wrap items-center gap-x-2.5 rounded-md border border-line px-2.5 py-1 has-checked:border-accent has-checked:bg-accent-soft">
                  <input
                    type="checkbox"
                    checked={chosen.includes(service.name)}
                    onChange={() => toggle(service.name)}
                    className="size-4 accent-(--accent)"
                  />
                  <span className="font-medium">{service.title}</span>
                  <span className="ms-auto">
                    <Sparkline service={service} />
                  </span>
                </label>
              </li>
            ))}
          </ul>
          {missing ? (
            <p id="services-missing" role="alert" className="mt-1.5 font-medium">
              <span aria-hidden="true" className="me-1.5 font-bold text-warn">
                !
              </span>
              Choose at least one service.
            </p>
          ) : null}
        </fieldset>
        <p className="text-meta text-ink-2">
          The start of harm is read from the signal; you can correct it later.
        </p>
        {declare.isError ? <ProblemNotice error={declare.error} className="px-0" /> : null}
        {mayAct ? (
          <Button type="submit" look="primary" disabled={declare.isPending} className="self-start">
            {declare.isPending ? "Declaring…" : "Declare incident"}
          </Button>
        ) : (
          <p className="text-ink-2">{refusal}</p>
        )}
      </form>
    </>
  );
}
