"use client";
import { useSyncExternalStore } from "react";
import { ColumnHeads } from "@/components/ui/column-heads";
import { Modal } from "@/components/ui/modal";
import { actionRegistry } from "./action-registry";

/** The keys of this page, drawn from the registry. */
export default function Help({ onClose }: { onClose: () => void }) {
  const actions = useSyncExternalStore(
    actionRegistry.subscribe,
    actionRegistry.list,
    actionRegistry.list,
  );
  return (
    <Modal title="Keys on this page" onClose={onClose}>
      <p className="mb-3 max-w-prose text-ink-2">
        Single keys act only while a list, the chart or a panel of levers has focus, and never while
        you type: press Tab until you are in one, and they appear on their buttons. In a list, J and
        K or the arrows move and Enter opens.
      </p>
      <table className="grid-table">
        <ColumnHeads names={["Key", "What it does"]} />
        <tbody>
          {actions
            .filter((action) => action.keys)
            .map((action) => (
              <tr key={action.id}>
                <td className="font-mono whitespace-nowrap">
                  {action.keys?.toUpperCase().replace("MOD+", "⌘ or Ctrl + ")}
                </td>
                <td>{action.label}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </Modal>
  );
}
