/** The state of a task, an agent or a message as icon, word and colour, never as colour alone. */
import type { Agent, Message, Task } from "@bailiwick/sdk";
import {
  Ban,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CirclePlay,
  CircleX,
  HandHelping,
  Hourglass,
  type LucideIcon,
  MailQuestion,
  OctagonPause,
} from "lucide-react";
import { useIsStopping } from "../data/stops.ts";
import { isWithPeople } from "../data/tasks.ts";
import { cx } from "../ui/class-names.ts";

type Tone = "queued" | "running" | "blocked" | "completed" | "failed";

interface Look {
  tone: Tone;
  icon: LucideIcon;
  word: string;
  isStruck?: boolean;
}

const TONES: Record<Tone, string> = {
  queued: "bg-queued-soft text-queued",
  running: "bg-running-soft text-running",
  blocked: "bg-blocked-soft text-blocked",
  completed: "bg-completed-soft text-completed",
  failed: "bg-failed-soft text-failed",
};
const TEXT_TONES: Record<Tone, string> = {
  queued: "text-queued",
  running: "text-running",
  blocked: "text-blocked",
  // Success is quiet: only the tick is green.
  completed: "text-ink-2 [&>svg]:text-completed",
  failed: "text-failed",
};

export const TASK_LOOKS: Record<Task["status"], Look> = {
  queued: { tone: "queued", icon: CircleDashed, word: "Queued" },
  running: { tone: "running", icon: CirclePlay, word: "Running" },
  blocked: { tone: "blocked", icon: OctagonPause, word: "Blocked" },
  completed: { tone: "completed", icon: CircleCheck, word: "Completed" },
  failed: { tone: "failed", icon: CircleX, word: "Failed" },
  canceled: { tone: "queued", icon: Ban, word: "Canceled", isStruck: true },
};

const STOPPING = { tone: "blocked", icon: OctagonPause, word: "Stopping" } as const;
const ESCALATED = { word: "Escalated", icon: HandHelping } as const;

const AGENT_LOOKS: Record<Agent["status"], Look> = {
  active: { tone: "completed", icon: CircleCheck, word: "Active" },
  paused: { tone: "blocked", icon: CirclePause, word: "Paused" },
  archived: { tone: "queued", icon: Ban, word: "Archived", isStruck: true },
};

const REPLY_LOOKS: Record<Exclude<Message["reply_state"], "none">, Look> = {
  open: { tone: "running", icon: MailQuestion, word: "Awaits reply" },
  answered: { tone: "completed", icon: CircleCheck, word: "Answered" },
  overdue: { tone: "failed", icon: Hourglass, word: "Reply overdue" },
};

interface TaskStatusProps {
  of: Pick<Task, "status"> & Partial<Pick<Task, "blocked_reason" | "root_task_id" | "assigned_to_agent_id">>;
  isPlain?: boolean;
}

/** A blocked task that waits for people is escalated, as in the inbox. A running task under a stop is stopping. */
export function TaskStatus({ of: task, isPlain }: TaskStatusProps) {
  const { status, blocked_reason } = task;
  const isEscalated = blocked_reason != null && isWithPeople({ blocked_reason });
  const isStopping = useIsStopping(task) && status === "running";
  const look = isStopping ? STOPPING : TASK_LOOKS[status];
  return <Chip {...look} {...(isEscalated && ESCALATED)} isPlain={isPlain} />;
}

export function AgentStatus({ status, isPlain }: { status: Agent["status"]; isPlain?: boolean }) {
  return <Chip {...AGENT_LOOKS[status]} isPlain={isPlain} />;
}

export function ReplyState({ state }: { state: Message["reply_state"] }) {
  return state === "none" ? null : <Chip {...REPLY_LOOKS[state]} />;
}

/** `isPlain`: without a background, for dense rows. */
export function Chip({ tone, icon: Icon, word, isStruck, isPlain = false }: Look & { isPlain?: boolean | undefined }) {
  return (
    <span
      className={cx(
        "inline-flex h-5 items-center rounded-full whitespace-nowrap",
        isPlain
          ? cx("gap-1.5 align-top text-sm", TEXT_TONES[tone])
          : cx("gap-1 px-2 align-middle text-xs font-medium", TONES[tone]),
      )}
    >
      <Icon aria-hidden className="size-3.5" strokeWidth={2.25} />
      <span className={cx(isStruck && "line-through")}>{word}</span>
    </span>
  );
}

const PRESENCE: Record<Agent["presence"]["state"], [word: string, look: string]> = {
  online: ["Online", "bg-completed"],
  stale: ["Silent", "border-2 border-blocked"],
  offline: ["Offline", "border-2 border-line-strong"],
};

/** The presence of an agent as a filled dot, a ring or an empty ring, so that it reads without colour. */
export function Presence({ state, hasWord = true }: { state: Agent["presence"]["state"]; hasWord?: boolean }) {
  const [word, look] = PRESENCE[state];
  return (
    <span className="inline-flex items-center gap-1.5 text-sm whitespace-nowrap text-ink-2">
      {/* As wide as the icons of other states, so that words stand below each other. */}
      <span aria-hidden className={"inline-flex w-3.5 justify-center"}>
        <span className={cx("forced-color-adjust-none size-2 rounded-full", look)} />
      </span>
      {hasWord && word}
    </span>
  );
}
