"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { type FormEvent, useLayoutEffect, useRef, useState } from "react";
import { announce } from "@/components/announcer/announce";
import { useMayAct } from "@/components/lever/use-may-act";
import { Sparkline } from "@/components/signal/sparkline";
import { useHurt } from "@/components/signal/use-hurt";
import { Button } from "@/components/ui/button";
import { PageHead } from "@/components/ui/page-head";
import { ProblemNotice } from "@/components/ui/problem-notice";
import { Skeleton } from "@/components/ui/skeleton";
import { freshKey } from "@/lib/browser/fresh-key";
import { incidentApi } from "@/lib/browser/incident-api";
import { queries } from "@/lib/browser/queries";
import type { DeclareInput, Severity } from "@/lib/contracts/incident";
import type { Service } from "@/lib/contracts/service";
import { DrillField } from "./drill-field";
import { SeverityField } from "./severity-field";

const grades: Severity[] = [1, 2, 3, 4];
const gradeOf = (value: unknown) => grades.find((grade) => String(grade) === value) ?? 2;

/**
 * Declares an incident: what is wrong, how bad, where. Everything else has a default. What is filled
 * in before the script listens is kept; it can be sent once the script does.
 */
export function DeclareScreen() {
  const router = useRouter();
  const client = useQueryClient();
  const words = useSearchParams();
  const asked = words.getAll("service");
  const services = useQuery(queries.services());
  const { mayAct, refusal } = useMayAct();
  const form = useRef<HTMLFormElement>(null);
  const [severity, setSeverity] = useState<Severity>(2);
  /** Services by name: what was asked for, and what a person ticked or took the tick from. */
  const [choices, setChoices] = useState(
    () => new Map<FormDataEntryValue, boolean>(asked.map((name) => [name, true])),
  );
  const [isListening, setListening] = useState(false);
  const [isDrill, setDrill] = useState(words.get("drill") === "on");
  useLayoutEffect(() => {
    setListening(true);
    const filledIn = new FormData(form.current ?? undefined);
    setSeverity(gradeOf(filledIn.get("severity")));
    setChoices(new Map(filledIn.getAll("service").map((name) => [name, true])));
    if (filledIn.has("drill")) setDrill(true);
  }, []);
  // What hurts now is ticked unless something was asked for. A signal that recovers takes no tick away.
  const hurtNow = useHurt(services.data ?? []);
  const [hurt, setHurt] = useState(hurtNow);
  if (hurtNow.some((name) => !hurt.includes(name))) setHurt([...new Set([...hurt, ...hurtNow])]);
  const isTicked = (name: string) =>
    choices.get(name) ?? (asked.length === 0 && !isDrill && hurt.includes(name));
  const mayDrill = services.data?.some(({ mayBeDrilled }) => mayBeDrilled) ?? false;
  const mayBeChosen = (service: Service) => !(isDrill && mayDrill) || service.mayBeDrilled;
  const [missing, setMissing] = useState(false);
  const [key, setKey] = useState(freshKey);
  const declare = useMutation({
    mutationFn: (input: DeclareInput) => incidentApi.declare(input, key),
    onSuccess: (incident) => {
      setKey(freshKey());
      announce(`${incident.id} declared.`);
      void client.invalidateQueries({ queryKey: ["incidents"] });
      router.push(`/incidents/${encodeURIComponent(incident.id)}`);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const title = String(new FormData(event.currentTarget).get("title")).trim();
    const chosen = (services.data ?? [])
      .filter((service) => mayBeChosen(service) && isTicked(service.name))
      .map(({ name }) => name);
    setMissing(chosen.length === 0);
    if (chosen.length > 0) {
      declare.mutate({ title, severity, services: chosen, ...(isDrill ? { isDrill } : {}) });
    }
  };
  return (
    <>
      <PageHead title="Declare incident" />
      <form ref={form} onSubmit={submit} className="panel flex max-w-2xl flex-col gap-5 p-4">
        <label className="flex flex-col gap-1 font-medium">
          What is wrong
          <input
            name="title"
            required
            minLength={3}
            maxLength={200}
            // Uncontrolled: what was typed before the script listens stays.
            placeholder="Checkout fails for customers with a voucher"
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
                    name="service"
                    value={service.name}
                    checked={mayBeChosen(service) && isTicked(service.name)}
                    disabled={!mayBeChosen(service)}
                    onChange={({ target }) =>
                      setChoices(new Map(choices).set(service.name, target.checked))
                    }
                    className="size-4 shrink-0 accent-(--accent)"
                  />
                  <span className="font-medium">{service.title}</span>
                  {mayBeChosen(service) ? null : (
                    <span className="text-meta text-ink-3">may not be drilled</span>
                  )}
                  <span className="ms-auto sm:w-68">
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
        <DrillField isDrill={isDrill} onChange={setDrill} services={services.data ?? []} />
        <p className="text-meta text-ink-2">
          The start of harm is read from the signal; you can correct it later.
        </p>
        {declare.isError ? <ProblemNotice error={declare.error} className="px-0" /> : null}
        {mayAct ? (
          <Button
            type="submit"
            look="primary"
            disabled={!isListening || declare.isPending}
            className="self-start"
          >
            {declare.isPending ? "Declaring…" : "Declare incident"}
          </Button>
        ) : (
          <p className="text-ink-2">{refusal}</p>
        )}
      </form>
    </>
  );
}
