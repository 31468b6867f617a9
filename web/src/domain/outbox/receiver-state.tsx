/** The state of a receiver: a webhook or a channel. */
import type { Channel, Webhook } from "@bailiwick/sdk";
import { Ban, CircleCheck, CirclePause, TriangleAlert } from "lucide-react";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Chip } from "../status.tsx";

export type Receiver = Pick<
  Webhook | Channel,
  "is_enabled" | "disabled_reason" | "consecutive_failures" | "last_error" | "last_status" | "pending"
>;

const REASONS: Record<NonNullable<Receiver["disabled_reason"]>, string> = {
  by_person: "A person disabled it.",
  gone: "The receiver answered that it is gone (410).",
  failures: "50 attempts in a row failed.",
  too_many_waiting: "More than 10,000 deliveries wait.",
};

/** Returns the reason why nothing is sent. */
export function disabledText({ disabled_reason }: Pick<Receiver, "disabled_reason">): string | undefined {
  return disabled_reason === null ? undefined : REASONS[disabled_reason];
}

export function ReceiverState({ of: { is_enabled, disabled_reason, consecutive_failures } }: { of: Receiver }) {
  if (!is_enabled) {
    const isOff = disabled_reason === "by_person";
    return (
      <Chip
        tone={isOff ? "queued" : "failed"}
        icon={isOff ? CirclePause : Ban}
        word={isOff ? "Off" : "Disabled"}
        isPlain
      />
    );
  }
  if (consecutive_failures > 0) return <Chip tone="blocked" icon={TriangleAlert} word="Failing" isPlain />;
  return <Chip tone="completed" icon={CircleCheck} word="Enabled" isPlain />;
}

/** The reason of the last failure, in the words of the receiver or of the network. */
export function LastError({ of: { last_error, consecutive_failures } }: { of: Receiver }) {
  if (last_error === null || consecutive_failures === 0) return null;
  return <AgentLine text={last_error} className="truncate text-sm text-ink-2" />;
}
