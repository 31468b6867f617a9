/** Chooses an agent by part of its name. */
import type { Agent } from "@bailiwick/sdk";
import { useState } from "react";
import { useAgent, useAgents } from "../../data/agents.ts";
import type { LabelledProps } from "../../ui/field.tsx";
import { Picker } from "../../ui/picker.tsx";
import { Presence } from "../status.tsx";
import { Avatar } from "./agent-name.tsx";

interface AgentPickerProps extends LabelledProps {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  isAutoFocused?: boolean;
}

export function AgentPicker({ value, onChange, ...rest }: AgentPickerProps) {
  const [text, setText] = useState("");
  const chosen = useAgent(value);
  const found = useAgents(text.trim() && text.trim() !== chosen?.name ? text.trim() : undefined);
  return (
    <Picker<Agent>
      {...rest}
      items={found.rows}
      value={chosen}
      onChange={(agent) => onChange(agent?.id)}
      onType={setText}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      placeholder="Type a name"
      empty="No agent has this name."
    >
      {(agent) => (
        <>
          <Avatar emoji={agent.avatar_emoji} />
          <bdi className="grow truncate">{agent.name}</bdi>
          <Presence state={agent.presence.state} hasWord={false} />
        </>
      )}
    </Picker>
  );
}
