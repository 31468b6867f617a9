/** Chooses an agent by part of its name. Its options show role, load and state, the best suited agent first. */
import type { Agent } from "@bailiwick/sdk";
import { useMemo, useState } from "react";
import { useAgent, useAgents } from "../../data/agents.ts";
import { useRoles } from "../../data/roles.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import type { LabelledProps } from "../../ui/field.tsx";
import { Picker } from "../../ui/picker.tsx";
import { Avatar } from "./agent-name.tsx";
import { StateWord } from "./agent-state.tsx";
import { ROLE_WORDS } from "./agent-words.ts";
import { bestSuitedFirst } from "./best-suited.ts";

interface AgentPickerProps extends LabelledProps {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  isAutoFocused?: boolean;
}

export function AgentPicker({ value, onChange, ...rest }: AgentPickerProps) {
  const [text, setText] = useState("");
  const chosen = useAgent(value);
  const { roles } = useRoles();
  const items = useOptions(text.trim() && text.trim() !== chosen?.name ? text.trim() : undefined);
  return (
    <Picker<Agent>
      {...rest}
      items={items}
      value={chosen}
      onChange={(agent) => onChange(agent?.id)}
      onType={setText}
      idOf={({ id }) => id}
      nameOf={({ name }) => name}
      placeholder="Type a name"
      empty="No agent has this name."
    >
      {(agent) => <Option agent={agent} role={roles?.get(agent.id)?.role} />}
    </Picker>
  );
}

/** Until the agents of the typed name are read, those of the first page stay; the picker compares their names. */
function useOptions(q: string | undefined): readonly Agent[] {
  const first = useAgents();
  const found = useAgents(q);
  const rows = found.isLoading ? first.rows : found.rows;
  const ids = rows.map(({ id }) => id).join();
  // Presence changes all the time, and must not move an option under the pointer.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids identify the rows.
  const places = useMemo(() => new Map(bestSuitedFirst(rows).map(({ id }, at) => [id, at])), [ids]);
  return rows.toSorted((one, other) => (places.get(one.id) ?? 0) - (places.get(other.id) ?? 0));
}

function Option({ agent, role }: { agent: Agent; role: keyof typeof ROLE_WORDS | undefined }) {
  const { current_tasks: running } = agent.presence;
  const max = agent.max_running_tasks;
  return (
    <>
      <Avatar emoji={agent.avatar_emoji} />
      <span className="min-w-0 grow">
        <AgentLine text={agent.name} className="block truncate" />
        <span className="block truncate text-sm text-ink-3 tabular-nums">
          {role && `${ROLE_WORDS[role]} · `}
          {max === null ? `${running} running` : `${running} of ${max} running`}
        </span>
      </span>
      <StateWord agent={agent} />
    </>
  );
}
