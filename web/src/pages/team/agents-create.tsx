/** The rules about what agents create: tasks of their own, and how far in front. */
import type { Team as Rules, TeamSetRulesInput } from "@bailiwick/sdk";
import { useState } from "react";
import { Check, TextInput } from "../../ui/field.tsx";

/** As the server allows. */
const PRIORITY_MAX = 1_000_000;

interface AgentsCreateProps {
  rules: Rules;
  denied: string | undefined;
  save: (change: TeamSetRulesInput) => void;
}

export function AgentsCreate({ rules, denied, save }: AgentsCreateProps) {
  return (
    <>
      <Check
        label="Agents may create tasks of their own"
        hint="Tasks that belong to no other task. Such a task of an agent never has a budget."
        isChecked={rules.agents_create_roots}
        onChange={(isOn) => save({ agents_create_roots: isOn })}
        denied={denied}
      />
      <PriorityMax
        key={rules.agent_priority_max}
        value={rules.agent_priority_max}
        denied={denied}
        onChange={(max) => save({ agent_priority_max: max })}
      />
    </>
  );
}

interface PriorityMaxProps {
  value: number;
  denied: string | undefined;
  onChange: (max: number) => void;
}

/** Saved when the field is left, so that no number is saved half typed. */
function PriorityMax({ value, denied, onChange }: PriorityMaxProps) {
  const [typed, setTyped] = useState(String(value));
  const max = Number(typed);
  const isGood = typed.trim() !== "" && Number.isInteger(max) && max >= 0 && max <= PRIORITY_MAX;
  const save = () => isGood && max !== value && onChange(max);
  return (
    <form
      onBlur={save}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <fieldset disabled={denied !== undefined} className={denied === undefined ? undefined : "opacity-55"}>
        <TextInput
          type="number"
          label="Highest priority for agents"
          hint={denied ?? "What agents create comes no further in front than this. People may use any priority."}
          error={isGood ? undefined : `A whole number from 0 to ${PRIORITY_MAX.toLocaleString("en")}.`}
          value={typed}
          onChange={setTyped}
        />
      </fieldset>
    </form>
  );
}
