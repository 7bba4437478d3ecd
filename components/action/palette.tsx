"use client";
import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useRouter } from "next/navigation";
import { useSyncExternalStore } from "react";
import { Modal } from "@/components/ui/modal";
import { queries } from "@/lib/browser/queries";
import { actionRegistry } from "./action-registry";

const order = ["Levers", "This incident", "Go to", "Appearance", "Help"] as const;
const item =
  "flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-2.5 data-[selected=true]:bg-accent-soft data-[selected=true]:text-ink text-ink-2";

/** Everything that can be done or opened, found by typing. Loaded on its first use. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const actions = useSyncExternalStore(
    actionRegistry.subscribe,
    actionRegistry.list,
    actionRegistry.list,
  );
  const services = useQuery(queries.services());
  const listed = actions.filter((action) => action.id !== "palette" && action.id !== "search");
  const groups = order.filter((group) => listed.some((action) => action.group === group));
  const run = (act: () => void) => {
    onClose();
    // The dialog gives focus back first; then the action may move it.
    setTimeout(act, 0);
  };
  return (
    <Modal title="Search or act" onClose={onClose}>
      <Command label="Search or act" loop>
        <Command.Input
          data-autofocus
          placeholder="Type what you want to do"
          className="field mb-3 w-full"
        />
        <Command.List className="max-h-[50dvh] overflow-y-auto">
          <Command.Empty className="px-2.5 py-3 text-ink-2">
            Nothing by that name. Try a service or a verb.
          </Command.Empty>
          {groups.map((group) => (
            <Command.Group
              key={group}
              heading={group}
              className="mb-2 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:text-ink-3"
            >
              {listed
                .filter((action) => action.group === group)
                .map((action) => (
                  <Command.Item
                    key={action.id}
                    value={`${group} ${action.label}`}
                    onSelect={() => run(action.run)}
                    className={item}
                  >
                    <span className="min-w-0 flex-1">{action.label}</span>
                    {action.keys ? (
                      <kbd className="font-mono text-meta text-ink-3">
                        {action.keys.toUpperCase().replace("MOD+", "⌘/Ctrl ")}
                      </kbd>
                    ) : null}
                  </Command.Item>
                ))}
            </Command.Group>
          ))}
          {services.data && services.data.length > 0 ? (
            <Command.Group
              heading="Services"
              className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:text-ink-3"
            >
              {services.data.map((service) => (
                <Command.Item
                  key={service.name}
                  value={`Services ${service.name} ${service.title}`}
                  onSelect={() =>
                    run(() => router.push(`/services/${encodeURIComponent(service.name)}`))
                  }
                  className={item}
                >
                  {service.title}
                </Command.Item>
              ))}
            </Command.Group>
          ) : null}
        </Command.List>
      </Command>
    </Modal>
  );
}
