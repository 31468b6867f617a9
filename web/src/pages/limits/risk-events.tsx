/** The times that a limit was passed, newest first, with what followed and its undo. */
import type { ListedRiskEvent as RiskEvent } from "@bailiwick/sdk";
import { CircleCheck, CircleDashed, ShieldAlert, ShieldCheck, Undo2 } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { actedText, typeLabel, wouldText } from "../../domain/limits/limit-words.ts";
import { Chip } from "../../domain/status.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextInput } from "../../ui/field.tsx";
import { Empty } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { isLoopBreaker } from "./limit-sentence.ts";
import { passedText, Work } from "./passed.tsx";

export function RiskEvents() {
  const [undone, setUndone] = useState<RiskEvent>();
  const list = useList({
    key: ["risk", "events"],
    page: (client, at, call) => client.risk.listEvents(at, call),
    idOf: ({ id }) => id,
  });
  const undo = (event: RiskEvent) => <Undo of={event} onUndo={() => setUndone(event)} />;
  return (
    <>
      <Table<RiskEvent>
        label="Limits that were passed"
        list={list}
        columns={columnsOf(undo)}
        idOf={({ id }) => id}
        nameOf={passedText}
        phonePx={104}
        phone={(event) => (
          <div className="space-y-1">
            <div className="flex items-center gap-2">
              <Whose of={event} />
              <span className="ml-auto text-sm text-ink-2">
                <Time at={event.evaluated_at} />
              </span>
            </div>
            <div className="text-sm">
              {limitOf(event)}: {passedText(event)} <Work of={event} />
            </div>
            <div className="flex items-center gap-2">
              <Outcome of={event} />
              <span className="ml-auto">{undo(event)}</span>
            </div>
          </div>
        )}
        empty={<Empty title="No limit was passed." icon={<ShieldCheck className="size-6" strokeWidth={1.5} />} />}
      />
      {undone && <UndoForm of={undone} onClose={() => setUndone(undefined)} />}
    </>
  );
}

/** A cap of the workspace may be passed by one agent. Loop breakers always watch one agent. */
function limitOf({ agent_id, policy_type, result }: RiskEvent): string {
  const isOfAll = agent_id !== null && result.scope === "workspace" && !isLoopBreaker(policy_type);
  return `${typeLabel(policy_type)}${isOfAll ? " of the workspace" : ""}`;
}

function Passed({ of: event }: { of: RiskEvent }) {
  return (
    <span className="flex min-w-0 items-baseline gap-1.5">
      <span className="shrink-0">{passedText(event)}</span>
      <Work of={event} />
    </span>
  );
}

function Whose({ of: { agent_id } }: { of: RiskEvent }) {
  return agent_id === null ? <span className="font-medium">The workspace</span> : <AgentName id={agent_id} />;
}

function Outcome({ of: event }: { of: RiskEvent }) {
  if (event.undone_at !== null) return <Chip tone="queued" icon={Undo2} word="Taken back" isPlain />;
  if (event.result.shadow === true) return <Chip tone="queued" icon={CircleDashed} word={wouldText(event)} isPlain />;
  if (event.lift_proposed)
    return <Chip tone="blocked" icon={ShieldAlert} word={`${actedText(event)}, quiet since`} isPlain />;
  if (event.status === "executed") return <Chip tone="blocked" icon={ShieldAlert} word={actedText(event)} isPlain />;
  const why = typeof event.result.reason === "string" ? event.result.reason : event.status;
  return <Chip tone="queued" icon={CircleCheck} word={why} isPlain />;
}

function columnsOf(undo: (event: RiskEvent) => ReactNode): readonly Column<RiskEvent>[] {
  return [
    { id: "whose", header: "Passed by", width: "minmax(150px,0.9fr)", cell: (event) => <Whose of={event} /> },
    { id: "limit", header: "Limit", width: "minmax(150px,0.8fr)", cell: limitOf },
    { id: "value", header: "Value", width: "minmax(200px,1.5fr)", cell: (event) => <Passed of={event} /> },
    { id: "outcome", header: "What followed", width: "minmax(180px,1fr)", cell: (event) => <Outcome of={event} /> },
    {
      id: "at",
      header: "When",
      width: "64px",
      isRight: true,
      cell: ({ evaluated_at }) => (
        <span className="text-sm text-ink-2">
          <Time at={evaluated_at} />
        </span>
      ),
    },
    { id: "verbs", header: "Actions", isHeaderHidden: true, width: "96px", isRight: true, cell: undo },
  ];
}

function Undo({ of: event, onUndo }: { of: RiskEvent; onUndo: () => void }) {
  const denied = useDenied("risk:write");
  const changedNothing = event.status !== "executed" || event.action_type === "alert_only";
  if (changedNothing || event.undone_at !== null) return null;
  return (
    <Button size="small" className="relative z-1" denied={denied} onClick={onUndo}>
      Take back
    </Button>
  );
}

function UndoForm({ of: { id }, onClose }: { of: RiskEvent; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const undo = useCommand({
    send: ({ risk }) => risk.undo({ id, reason }),
    changes: ["risk", "agents"],
    done: "Taken back",
  });
  const missing = reason.trim() === "" ? "Enter a reason first." : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (missing === undefined && (await undo.run(undefined))) onClose();
  };
  return (
    <Dialog title="Take this back?" isOpen onClose={onClose}>
      <form className="space-y-4" noValidate onSubmit={submit}>
        <TextInput
          label="Reason"
          isRequired
          isAutoFocused
          hint="The agent is as before. The limit itself stays."
          value={reason}
          onChange={setReason}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={undo.isRunning} denied={missing}>
            Take back
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
