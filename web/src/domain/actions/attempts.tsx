/** The attempts of an action, newest first, with the first 1 KiB of each answer, and the receipt. */
import type { ActionAttempt, AgentActionDetail } from "@bailiwick/sdk";
import {
  CircleCheck,
  CircleDashed,
  CircleQuestionMark,
  CircleX,
  MessageCircleQuestionMark,
  RotateCcw,
} from "lucide-react";
import { AgentLine, AgentText } from "../../ui/agent-text.tsx";
import { Id } from "../../ui/id.tsx";
import { duration, Time, TimeLeft } from "../../ui/time.tsx";
import { Chip } from "../status.tsx";

const LOOKS = {
  executed: { tone: "completed", icon: CircleCheck, word: "Accepted" },
  failed: { tone: "failed", icon: CircleX, word: "Refused" },
  again: { tone: "blocked", icon: RotateCcw, word: "Not sent, tried again" },
  in_doubt: { tone: "failed", icon: CircleQuestionMark, word: "In doubt" },
  awaiting_verification: { tone: "running", icon: MessageCircleQuestionMark, word: "Must be verified" },
  lost: { tone: "failed", icon: CircleQuestionMark, word: "The server ended" },
} as const;
const RUNNING = { tone: "running", icon: CircleDashed, word: "Is being sent" } as const;

export function Attempts({ of: { attempt_log, receipt, next_attempt_at, error_message } }: { of: AgentActionDetail }) {
  return (
    <div className="space-y-2">
      {error_message !== null && error_message !== attempt_log.at(-1)?.error && (
        <p className="text-failed [overflow-wrap:anywhere]">
          <AgentLine text={error_message} />
        </p>
      )}
      {next_attempt_at !== null && (
        <p className="text-sm text-ink-2">
          The next attempt is <TimeLeft until={next_attempt_at} />.
        </p>
      )}
      <ol className="divide-y divide-line">
        {attempt_log.toReversed().map((attempt) => (
          <Attempt key={attempt.attempt} of={attempt} />
        ))}
      </ol>
      {receipt && (receipt.external_url !== null || receipt.external_id !== null) && (
        <div className="flex min-w-0 flex-wrap gap-x-2 text-sm text-ink-2">
          <span>What it made:</span>
          {receipt.external_url === null ? (
            <AgentLine text={receipt.external_id ?? ""} />
          ) : (
            <AgentText text={receipt.external_url} />
          )}
        </div>
      )}
    </div>
  );
}

function Attempt({ of: { attempt, started_at, finished_at, request_id, end, ...answer } }: { of: ActionAttempt }) {
  const { response_status, start, error } = answer;
  return (
    <li className="space-y-1 py-2">
      <p className="flex min-w-0 flex-wrap items-center gap-x-3 text-sm text-ink-2">
        <span className="tabular-nums">{attempt}.</span>
        <Chip {...(end === null ? RUNNING : LOOKS[end])} isPlain />
        {response_status !== null && <span className="tabular-nums">answer {response_status}</span>}
        {finished_at !== null && <span>{duration(started_at, finished_at)}</span>}
        <Id id={request_id} label="idempotency key" />
        <span className="ml-auto text-ink-3">
          <Time at={started_at} />
        </span>
      </p>
      {error !== null && <AgentLine text={error} className="block text-sm [overflow-wrap:anywhere]" />}
      {start !== null && start !== "" && (
        <div className="rounded bg-hover px-2 py-1">
          <AgentText text={start} isMono />
        </div>
      )}
    </li>
  );
}
