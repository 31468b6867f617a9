/** Creates or changes a limit. */
import type { RiskPolicy } from "@bailiwick/sdk";
import { type FormEvent, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { ACTION_TYPES, isMilder, POLICY_TYPES } from "../../domain/limits/limit-words.ts";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Check, Select, TextInput } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { hasWindow, isLoopBreaker } from "./limit-sentence.ts";

const AgentPicker = lazyPart(() => import("../../domain/agents/agent-picker.tsx"), "AgentPicker");
const BacktestPart = lazyPart(() => import("./backtest.tsx"), "BacktestPart");

interface FormProps {
  /** Without a policy, the form makes a new one. */
  of?: RiskPolicy;
  agentId?: string | undefined;
  onClose: () => void;
}

export function PolicyForm({ of, agentId, onClose }: FormProps) {
  // The limit that exists already, once the person wants to change that one.
  const [existing, setExisting] = useState<RiskPolicy>();
  const policy = of ?? existing;
  const form = usePolicyForm(policy, onClose, agentId);
  const { fields, set, unit } = form;
  return (
    <Dialog title={policy ? "Change this limit" : "New limit"} isOpen onClose={onClose}>
      <form className="space-y-4" noValidate onSubmit={form.submit}>
        {!policy && <Scope fields={fields} set={set} />}
        <Settings fields={fields} set={set} unit={unit} isNew={policy === undefined} />
        {form.needsReason && (
          <TextInput
            label="Reason"
            isRequired
            hint="The action becomes milder."
            value={fields.reason}
            onChange={(reason) => set({ reason })}
          />
        )}
        {!isLoopBreaker(fields.policy_type) && (
          <Suspense>
            <BacktestPart policy={form.tried} denied={form.backtestDenied} />
          </Suspense>
        )}
        <CommandFault error={form.error} />
        {form.sameId !== undefined && <SameLimit id={form.sameId} onChange={setExisting} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={form.isRunning} denied={form.denied}>
            {policy ? "Save" : "Create limit"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Scope({ fields, set }: Pick<ReturnType<typeof usePolicyForm>, "fields" | "set">) {
  return (
    <>
      <Select
        label="Limits"
        value={fields.policy_type}
        options={POLICY_TYPES}
        onChange={(policy_type) => policy_type !== "" && set({ policy_type })}
      />
      <Suspense fallback={<div className="h-19" />}>
        <AgentPicker
          label="Agent"
          value={fields.agent_id}
          onChange={(agent_id) => set({ agent_id })}
          hint="Leave it empty for the whole workspace."
        />
      </Suspense>
    </>
  );
}

/** The scope has such a limit already. The entered numbers are kept for it. */
function SameLimit({ id, onChange }: { id: string; onChange: (policy: RiskPolicy) => void }) {
  const read = useCommand({ send: ({ risk }) => risk.getPolicy({ id }) });
  const change = async () => {
    const policy = await read.run(undefined);
    if (policy) onChange(policy);
  };
  return (
    <div role="alert" className="flex items-center gap-3 rounded bg-blocked-soft px-3 py-2 text-sm">
      <span className="grow">Such a limit exists already.</span>
      <Button size="small" isBusy={read.isRunning} onClick={() => void change()}>
        Change that one
      </Button>
    </div>
  );
}

type FormState = ReturnType<typeof usePolicyForm>;

function Settings({ fields, set, unit, isNew }: Pick<FormState, "fields" | "set" | "unit"> & { isNew: boolean }) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextInput
          type="number"
          label="At most"
          isRequired
          isAutoFocused
          hint={unit}
          value={fields.threshold}
          onChange={(threshold) => set({ threshold })}
        />
        <Select
          label="When it is passed"
          value={fields.action_type}
          options={ACTION_TYPES}
          onChange={(action_type) => action_type !== "" && set({ action_type })}
        />
        {hasWindow(fields.policy_type) && (
          <TextInput
            type="number"
            label="Window in minutes"
            value={fields.window}
            onChange={(window) => set({ window })}
          />
        )}
      </div>
      {fields.policy_type === "daily_spend_cap" && (
        <Check
          label="Usage without a price stops new starts"
          hint="A model without a known price costs an unknown amount."
          isChecked={fields.block_unpriced}
          onChange={(block_unpriced) => set({ block_unpriced })}
        />
      )}
      {isNew && (
        <Check
          label="Try it in shadow mode first"
          hint="In shadow mode it only records what it would have done."
          isChecked={fields.isShadow}
          onChange={(isShadow) => set({ isShadow })}
        />
      )}
    </>
  );
}

function fieldsOf(policy: RiskPolicy | undefined, agentId?: string) {
  return {
    policy_type: policy?.policy_type ?? ("daily_spend_cap" as const),
    agent_id: policy?.agent_id ?? agentId,
    threshold: `${policy?.threshold_value ?? ""}`,
    action_type: policy?.action_type ?? ("throttle" as const),
    window: `${policy?.window_minutes ?? 60}`,
    block_unpriced: policy?.block_unpriced ?? false,
    isShadow: false,
    reason: "",
  };
}

function usePolicyForm(policy: RiskPolicy | undefined, onClose: () => void, agentId?: string) {
  const [fields, setFields] = useState(() => fieldsOf(policy, agentId));
  const set = (change: Partial<typeof fields>) => setFields((now) => ({ ...now, ...change }));
  const mayWrite = useDenied("risk:write");
  const options = { changes: ["risk"], isQuiet: true };
  const needsReason = policy !== undefined && isMilder(fields.action_type, policy.action_type);
  const limits = {
    threshold_value: Number(fields.threshold),
    action_type: fields.action_type,
    window_minutes: Number(fields.window),
    block_unpriced: fields.block_unpriced,
  };
  const create = useCommand({
    ...options,
    send: ({ risk }) => {
      const { policy_type, agent_id = null, isShadow } = fields;
      return risk.createPolicy({ policy_type, agent_id, mode: isShadow ? "shadow" : "enforce", ...limits });
    },
    done: "Limit created",
  });
  const update = useCommand({
    ...options,
    send: ({ risk }, { id }: RiskPolicy) =>
      risk.updatePolicy({ id, ...limits, ...(needsReason && { reason: fields.reason }) }),
    done: "Limit changed",
  });
  const missing =
    fields.threshold === ""
      ? "Enter a number first."
      : needsReason && fields.reason.trim() === ""
        ? "Enter a reason first."
        : undefined;
  const denied = mayWrite ?? missing;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (denied) return;
    if (policy ? await update.run(policy) : await create.run(undefined)) onClose();
  };
  const failed = policy ? update.error : create.error;
  const same = policy ? undefined : create.error?.problem.policy_id;
  const { policy_type, agent_id = null } = fields;
  const tried = { policy_type, agent_id, ...limits };
  const unit = POLICY_TYPES.find(({ value }) => value === fields.policy_type)?.unit ?? "";
  const state = { error: same === undefined ? failed : undefined, isRunning: create.isRunning || update.isRunning };
  const sameId = typeof same === "string" ? same : undefined;
  const backtestDenied = mayWrite ?? (fields.threshold === "" ? "Enter a number first." : undefined);
  return { fields, set, submit, unit, needsReason, denied, sameId, tried, backtestDenied, ...state };
}
