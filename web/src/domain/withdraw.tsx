/** Withdraws content, such as a pasted secret, and shows what stands in its place. */
import type { Message, RedactionsCreateInput, RedactionsListInput } from "@bailiwick/sdk";
import { EyeOff } from "lucide-react";
import { useState } from "react";
import { useCommand } from "../data/command.ts";
import { useRead } from "../data/query.ts";
import { useDenied } from "../data/session.tsx";
import { AgentText } from "../ui/agent-text.tsx";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { JsonTree } from "../ui/json-tree.tsx";
import { Time } from "../ui/time.tsx";
import { PersonName } from "./actor-name.tsx";

type Subject = RedactionsCreateInput["subject"];

/** For people who may withdraw; others see no button. `what` completes "Withdraw". */
export function WithdrawButton({ subject, what }: { subject: Subject; what: string }) {
  const [isOpen, setOpen] = useState(false);
  const denied = useDenied("redactions:write");
  const { run } = useCommand({
    send: ({ redactions }, input: RedactionsCreateInput) => redactions.create(input),
    changes: ["redactions", "messages", "threads", "tasks"],
    done: "Withdrawn",
  });
  if (denied) return null;
  return (
    <>
      <Button size="small" look="quiet" label={`Withdraw ${what}`} onClick={() => setOpen(true)}>
        <EyeOff aria-hidden className="size-3.5" />
      </Button>
      {isOpen && (
        <Confirm
          title={`Withdraw ${what}?`}
          action="Withdraw"
          isDangerous
          reason="required"
          isOpen
          onClose={() => setOpen(false)}
          onConfirm={async (reason) => (await run({ subject, reason: reason ?? "" })) !== undefined}
        >
          <p>
            The content is removed everywhere and cannot be restored. Everybody sees your name and the reason in its
            place. Change a secret that was pasted, because others may have read it.
          </p>
        </Confirm>
      )}
    </>
  );
}

/** Reads the newest redactions. A text of an agent can look like a tombstone, so only a redaction proves one. */
function useRedactions(filter: RedactionsListInput, enabled: boolean) {
  const { data } = useRead(["redactions", "list", filter], (client, call) => client.redactions.list(filter, call), {
    enabled,
  });
  return data?.items ?? [];
}

export function WithdrawMessage({ message: { id, content } }: { message: Message }) {
  const isWithdrawn = useRedactions({ subject_id: id }, content.startsWith("[Withdrawn by ")).length > 0;
  return isWithdrawn ? null : <WithdrawButton subject={{ kind: "message", id }} what="this message" />;
}

interface Tombstone {
  redaction_id: string;
  by_user_id: string;
  at: string;
  reason: string;
  bytes: number;
  sha256: string;
}

function tombstoneIn(value: unknown): Tombstone | undefined {
  if (value === null || typeof value !== "object" || !("redacted" in value)) return;
  const { redacted } = value;
  if (redacted === null || typeof redacted !== "object") return;
  const { redaction_id, by_user_id, at, reason, bytes, sha256 } = redacted as Record<string, unknown>;
  if (typeof redaction_id !== "string" || typeof by_user_id !== "string") return;
  if (typeof at !== "string" || typeof reason !== "string") return;
  return { redaction_id, by_user_id, at, reason, bytes: Number(bytes), sha256: String(sha256) };
}

/** Returns the tombstone that stands in place of a withdrawn document of a task. */
export function useTombstone(value: unknown, taskId: string): Tombstone | undefined {
  const tombstone = tombstoneIn(value);
  const redactions = useRedactions({ task_id: taskId }, tombstone !== undefined);
  return redactions.some(({ id }) => id === tombstone?.redaction_id) ? tombstone : undefined;
}

/** Shows the person who withdrew a document, the time and the reason. */
export function TombstoneLine({ tombstone: { by_user_id, at, reason, bytes, sha256 } }: { tombstone: Tombstone }) {
  return (
    <div className="text-ink-2">
      <p>
        Withdrawn by <PersonName id={by_user_id} isInside />, <Time at={at} />.{" "}
        <span className="text-sm text-ink-3">
          {bytes} bytes, SHA-256 <span className="font-mono">{sha256.slice(0, 12)}…</span>
        </span>
      </p>
      <AgentText text={reason} />
    </div>
  );
}

interface DocumentProps {
  task: { id: string };
  value: unknown;
  label: string;
}

/** A document of a task, or the tombstone in its place. */
export function Document({ task, value, label }: DocumentProps) {
  const tombstone = useTombstone(value, task.id);
  return tombstone ? <TombstoneLine tombstone={tombstone} /> : <JsonTree value={value} label={label} />;
}
