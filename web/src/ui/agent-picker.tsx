/** Chooses an agent by typing part of its name. */

import type { Agent } from "@bailiwick/sdk";
import { Combobox } from "@base-ui/react/combobox";
import { useState } from "react";
import { useAgent, useAgents } from "../data/agents.ts";
import { Avatar } from "./agent-name.tsx";
import { cx } from "./class-names.ts";
import { Field, INPUT } from "./field.tsx";
import { PICKER_EMPTY, PICKER_ITEM, PICKER_LIST } from "./picker-look.ts";
import { Presence } from "./status.tsx";

interface AgentPickerProps {
  label: string;
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  hint?: string | undefined;
  error?: string | undefined;
  isRequired?: boolean | undefined;
  isAutoFocused?: boolean;
  /** Left out of the choice. */
  without?: readonly string[];
}

export function AgentPicker({
  label,
  value,
  onChange,
  without = [],
  isAutoFocused = false,
  ...rest
}: AgentPickerProps) {
  const [text, setText] = useState("");
  const chosen = useAgent(value);
  const found = useAgents(text.trim() && text.trim() !== chosen?.name ? text.trim() : undefined);
  const items = found.rows.filter(({ id }) => !without.includes(id));
  return (
    <Combobox.Root
      items={items}
      filter={null}
      value={chosen ?? null}
      onValueChange={(agent: Agent | null) => onChange(agent?.id)}
      onInputValueChange={setText}
      itemToStringLabel={(agent: Agent) => agent.name}
      isItemEqualToValue={(one: Agent, other: Agent) => one.id === other.id}
    >
      <Field label={label} {...rest}>
        {(ids) => (
          <Combobox.Input {...ids} placeholder="Type a name" autoFocus={isAutoFocused} className={cx(INPUT, "h-8")} />
        )}
      </Field>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} className="z-50">
          <Combobox.Popup className={PICKER_LIST}>
            <Combobox.Empty className={PICKER_EMPTY}>No agent has this name.</Combobox.Empty>
            <Combobox.List>
              {(agent: Agent) => (
                <Combobox.Item key={agent.id} value={agent} className={PICKER_ITEM}>
                  <Avatar emoji={agent.avatar_emoji} />
                  <bdi className="grow truncate">{agent.name}</bdi>
                  <Presence state={agent.presence.state} hasWord={false} />
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
