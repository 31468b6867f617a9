/** Creates or changes an alert rule. */
import type { AlertRule } from "@bailiwick/sdk";
import { type FormEvent, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { NoRoom, useRoom } from "../../domain/room.tsx";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Check, Field, Select, TextInput } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { RULE_TYPES } from "./rule-words.ts";
import { SentTo } from "./sent-to.tsx";

const NAME_LENGTH_MAX = 100;

const AgentPicker = lazyPart(() => import("../../domain/agents/agent-picker.tsx"), "AgentPicker");

interface FormProps {
  /** Without a rule, the form makes a new one. */
  of?: AlertRule;
  onClose: () => void;
}

export function RuleForm({ of: rule, onClose }: FormProps) {
  const form = useRuleForm(rule, onClose);
  const { fields, set, unit, full } = form;
  return (
    <Dialog title={rule ? "Change this rule" : "New rule"} isOpen onClose={onClose}>
      <NoRoom why={full} />
      <form className="space-y-4" noValidate onSubmit={form.submit}>
        <TextInput
          label="Name"
          isRequired
          isAutoFocused
          value={fields.name}
          onChange={(name) => set({ name })}
          maxLength={NAME_LENGTH_MAX}
        />
        {!rule && (
          <>
            <Select
              label="Watches"
              value={fields.rule_type}
              options={RULE_TYPES}
              onChange={(rule_type) => rule_type !== "" && set({ rule_type })}
            />
            <Suspense fallback={<Field label="Agent">{({ id }) => <output id={id} className="block h-8" />}</Field>}>
              <AgentPicker
                label="Agent"
                value={fields.agent_id}
                onChange={(agent_id) => set({ agent_id })}
                hint="Leave it empty for the whole workspace."
              />
            </Suspense>
          </>
        )}
        <Limits fields={fields} set={set} unit={unit} />
        <SentTo />
        <CommandFault error={form.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={form.isRunning} denied={form.denied}>
            {rule ? "Save" : "Create rule"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

type Form = ReturnType<typeof useRuleForm>;

function Limits({ fields, set, unit }: Pick<Form, "fields" | "set" | "unit">) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <NumberInput
          label="Alert above"
          isRequired
          hint={unit}
          value={fields.threshold}
          onChange={(threshold) => set({ threshold })}
        />
        <NumberInput label="Warn above" hint={unit} value={fields.warning} onChange={(warning) => set({ warning })} />
        {fields.rule_type === "error_rate" && (
          <NumberInput label="Window in minutes" value={fields.window} onChange={(window) => set({ window })} />
        )}
        <NumberInput
          label="Cooldown in minutes"
          hint="The shortest time between two alerts."
          value={fields.cooldown}
          onChange={(cooldown) => set({ cooldown })}
        />
      </div>
      {fields.rule_type !== "cost_per_day" && (
        <Check
          label={
            fields.rule_type === "error_rate" ? "Fire when no run ended" : "Fire when an agent never sent a heartbeat"
          }
          isChecked={fields.firesWithoutData}
          onChange={(firesWithoutData) => set({ firesWithoutData })}
        />
      )}
    </>
  );
}

interface NumberProps {
  label: string;
  hint?: string;
  isRequired?: boolean;
  value: string;
  onChange: (value: string) => void;
}

const NumberInput = (props: NumberProps) => <TextInput type="number" {...props} />;

function fieldsOf(rule: AlertRule | undefined) {
  return {
    name: rule?.name ?? "",
    rule_type: rule?.rule_type ?? ("cost_per_day" as const),
    agent_id: rule?.agent_id ?? undefined,
    threshold: `${rule?.threshold ?? ""}`,
    warning: `${rule?.warning_threshold ?? ""}`,
    window: `${rule?.window_minutes ?? 60}`,
    cooldown: `${rule?.cooldown_minutes ?? 360}`,
    firesWithoutData: rule?.no_data === "fire",
  };
}

function useRuleForm(rule: AlertRule | undefined, onClose: () => void) {
  const [fields, setFields] = useState(() => fieldsOf(rule));
  const set = (change: Partial<typeof fields>) => setFields((now) => ({ ...now, ...change }));
  const mayManage = useDenied("obs:manage");
  const room = useRoom("alert_rules");
  const full = rule ? undefined : room?.full;
  const options = { changes: ["alerts", "tiers"], isQuiet: true };
  const create = useCommand({
    ...options,
    send: ({ alerts }) => {
      const { name, rule_type, agent_id = null } = fields;
      return alerts.createRule({ name, rule_type, agent_id, ...limitsOf(fields) });
    },
    done: "Rule created",
  });
  const update = useCommand({
    ...options,
    send: ({ alerts }, { id }: AlertRule) => alerts.updateRule({ id, name: fields.name, ...limitsOf(fields) }),
    done: "Rule changed",
  });
  const missing =
    fields.name.trim() === ""
      ? "Enter a name first."
      : fields.threshold === ""
        ? "Enter a threshold first."
        : undefined;
  const denied = mayManage ?? full ?? missing;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (denied) return;
    if (rule ? await update.run(rule) : await create.run(undefined)) onClose();
  };
  const unit = RULE_TYPES.find(({ value }) => value === fields.rule_type)?.unit ?? "";
  const state = { error: create.error ?? update.error, isRunning: create.isRunning || update.isRunning };
  return { fields, set, submit, unit, full, denied, ...state };
}

function limitsOf({ threshold, warning, window, cooldown, firesWithoutData }: ReturnType<typeof fieldsOf>) {
  return {
    threshold: Number(threshold),
    warning_threshold: warning === "" ? null : Number(warning),
    window_minutes: Number(window),
    cooldown_minutes: Number(cooldown),
    no_data: firesWithoutData ? ("fire" as const) : ("ignore" as const),
  };
}
