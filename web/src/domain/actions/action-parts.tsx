/** The state of an action, and the names of what it goes through. */
import type { AgentAction, Connection } from "@bailiwick/sdk";
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePlay,
  CircleQuestionMark,
  CircleX,
  Clock,
  Hourglass,
  MessageCircleQuestionMark,
  Octagon,
} from "lucide-react";
import { useRead } from "../../data/query.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Sentence } from "../../ui/sentence.tsx";
import { Chip } from "../status.tsx";

export const ACTION_LOOKS = {
  pending: { tone: "blocked", icon: Hourglass, word: "Waits for a decision" },
  approved: { tone: "running", icon: CircleDashed, word: "Approved" },
  executing: { tone: "running", icon: CirclePlay, word: "Is being sent" },
  awaiting_verification: { tone: "running", icon: MessageCircleQuestionMark, word: "Must be verified" },
  in_doubt: { tone: "failed", icon: CircleQuestionMark, word: "In doubt" },
  executed: { tone: "completed", icon: CircleCheck, word: "Executed" },
  failed: { tone: "failed", icon: CircleX, word: "Failed" },
  rejected: { tone: "queued", icon: CircleX, word: "Rejected" },
  expired: { tone: "queued", icon: Clock, word: "Expired, nobody decided" },
  canceled: { tone: "queued", icon: Ban, word: "Canceled", isStruck: true },
} as const;
const HELD = { tone: "failed", icon: Octagon, word: "Held by a stop" } as const;

type Stateful = Pick<AgentAction, "status" | "held_since">;

export function ActionState({ of: { status, held_since } }: { of: Stateful }) {
  const isHeld = status === "pending" && held_since !== null;
  return <Chip {...(isHeld ? HELD : ACTION_LOOKS[status])} isPlain />;
}

/** The most connections of a workspace, with the disconnected ones on the page of the newest. */
const CONNECTIONS_MAX = 200;

/** The connections, which are few. The pages of actions share this read. */
export function useConnections() {
  return useRead(["connections", "all"], ({ connections }, call) => connections.list({ limit: CONNECTIONS_MAX }, call));
}

/** Used where the configuration names no address. */
const USUAL_TARGETS: Partial<Record<Connection["service_type"], string>> = {
  github: "https://api.github.com",
  slack: "its incoming webhook",
};

/** The address that actions go to, or the sender of mails. */
export function targetOf({ config = {}, service_type }: Pick<Connection, "config" | "service_type">): string {
  const target = config.base_url ?? config.url ?? config.from;
  return typeof target === "string" ? target : (USUAL_TARGETS[service_type] ?? "");
}

/** The address itself, because anybody may have chosen the name of the connection. */
export function Destination({ of: { connection_id } }: { of: Through }) {
  const { data } = useConnections();
  const connection = data?.items.find(({ id }) => id === connection_id);
  if (connection === undefined) return null;
  return (
    <Sentence>
      {connection.service_type === "email" ? "It is sent from " : "It goes to "}
      <AgentLine text={targetOf(connection)} className="font-medium text-ink [overflow-wrap:anywhere]" />.
    </Sentence>
  );
}

/** The name of a connection and its service; of an action without a connection, the service alone. */
export function ConnectionName({ of: { connection_id, service_type } }: { of: Through }) {
  const { data } = useConnections();
  const connection = data?.items.find(({ id }) => id === connection_id);
  if (!connection) return <AgentLine text={service_type} />;
  return (
    <>
      <AgentLine text={connection.name} className="min-w-0 truncate" />
      <span className="whitespace-pre text-ink-3"> · {service_type}</span>
    </>
  );
}

type Through = Pick<AgentAction, "connection_id" | "service_type">;
