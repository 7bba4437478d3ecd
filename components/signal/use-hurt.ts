"use client";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import type { Service } from "@/lib/contracts/service";
import { isHarm } from "./format-signal";
import { lastHour, lastValue, startOfLastHour } from "./last-hour";

/** Names of the services that their signal says are hurt now. Reads what their sparklines read. */
export function useHurt(services: Service[]): string[] {
  const [from] = useState(startOfLastHour);
  return useQueries({
    queries: services.map((service) => lastHour(service, from)),
    combine: (answers) =>
      services
        .filter(({ signal }, index) => {
          const value = lastValue(answers[index]?.data);
          return signal !== null && value !== null && isHarm(value, signal);
        })
        .map(({ name }) => name),
  });
}
