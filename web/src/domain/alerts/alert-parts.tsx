/** The parts of an alert on its page and in the inbox. */
import type { AlertEvent } from "@bailiwick/sdk";
import { BellRing, TriangleAlert } from "lucide-react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { Time } from "../../ui/time.tsx";
import { Chip } from "../status.tsx";

const LEVELS = {
  alert: { tone: "failed", icon: BellRing, word: "Alert" },
  warning: { tone: "blocked", icon: TriangleAlert, word: "Warning" },
} as const;

export function AlertLevel({ of: { level } }: { of: Pick<AlertEvent, "level"> }) {
  return <Chip {...LEVELS[level]} isPlain />;
}

export function AlertState({ of: { acknowledged_at, resolved_at } }: { of: AlertEvent }) {
  return (
    <span className="text-sm whitespace-nowrap text-ink-2">
      {resolved_at === null ? (
        "Open"
      ) : (
        <>
          Resolved <Time at={resolved_at} />
        </>
      )}
      {acknowledged_at !== null && " · acknowledged"}
    </span>
  );
}

export function useAcknowledge(id: string) {
  const denied = useDenied("alerts:acknowledge");
  const command = useCommand({
    send: ({ alerts }) => alerts.acknowledgeEvent({ id }),
    changes: ["alerts"],
    done: "Alert acknowledged",
  });
  return { ...command, denied };
}
