/** Makes a gate rule. */
import type { BailiwickError, GateDecision, GateMode } from "@bailiwick/sdk";
import { type FormEvent, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Select, TextInput } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";

const AgentPicker = lazyPart(() => import("../../domain/agents/agent-picker.tsx"), "AgentPicker");
const PATTERN_LENGTH_MAX = 300;

const DECISIONS: readonly { value: GateDecision; label: string }[] = [
  { value: "ask", label: "Ask a person" },
  { value: "deny", label: "Deny" },
  { value: "allow", label: "Allow" },
];
const MODES: readonly { value: GateMode; label: string }[] = [
  { value: "shadow", label: "Shadow: only note it" },
  { value: "enforce", label: "Enforce" },
];

export function GateForm({ onClose }: { onClose: () => void }) {
  const [pattern, setPattern] = useState("");
  const [decision, setDecision] = useState<GateDecision>("ask");
  const [mode, setMode] = useState<GateMode>("shadow");
  const [agentId, setAgentId] = useState<string>();
  const mayDecide = useDenied("actions:decide");
  const { run, isRunning, error } = useCommand({
    send: ({ gate }) =>
      gate.createRule({
        tool_pattern: pattern.trim(),
        decision,
        mode,
        ...(agentId !== undefined && { agent_id: agentId }),
      }),
    changes: ["gate"],
    isQuiet: true,
    done: "Rule made",
  });
  const denied = mayDecide ?? (pattern.trim() === "" ? "Enter a pattern first." : undefined);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (denied === undefined && (await run(undefined))) onClose();
  };
  return (
    <Dialog title="New gate rule" isOpen onClose={onClose}>
      <form className="space-y-4" noValidate onSubmit={(event) => void submit(event)}>
        <TextInput
          label="Tool"
          isRequired
          hint="Bash(rm *), Write(/etc/*), mcp__github__*, or * for all. A star stands for any text."
          maxLength={PATTERN_LENGTH_MAX}
          value={pattern}
          onChange={setPattern}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label="Decision"
            value={decision}
            options={DECISIONS}
            onChange={(value) => value !== "" && setDecision(value)}
          />
          <Select label="Mode" value={mode} options={MODES} onChange={(value) => value !== "" && setMode(value)} />
          <Suspense fallback={<div className="h-19" />}>
            <AgentPicker label="Agent" value={agentId} onChange={setAgentId} hint="Leave it empty for all agents." />
          </Suspense>
        </div>
        <Foot fault={error} denied={denied} isRunning={isRunning} onClose={onClose} />
      </form>
    </Dialog>
  );
}

interface FootProps {
  fault: BailiwickError | undefined;
  denied: string | undefined;
  isRunning: boolean;
  onClose: () => void;
}

function Foot({ fault, denied, isRunning, onClose }: FootProps) {
  return (
    <>
      <CommandFault error={fault} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={isRunning} denied={denied}>
          Make the rule
        </Button>
      </div>
    </>
  );
}
