/** A form with the name of the agent; it creates the agent and its key. */
import type { Agent } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Button } from "../../ui/button.tsx";
import { TextInput } from "../../ui/field.tsx";

interface MakeAgentProps {
  /** The name while the person has typed none. */
  usual: string;
  made: Agent | undefined;
  onMade: (agent: Agent, key: string) => void;
}

export function MakeAgent({ usual, made, onMade }: MakeAgentProps) {
  const [typed, setTyped] = useState<string>();
  const name = typed ?? usual;
  const deniedAgents = useDenied("agents:write");
  const deniedKeys = useDenied("keys:write");
  const make = useCommand({
    send: async (client, input: string) => {
      const agent = await client.agents.create({ name: input });
      const { key } = await client.keys.create({
        kind: "agent",
        name: `${input}'s first key`.slice(0, 100),
        agent_id: agent.id,
      });
      return { agent, key };
    },
    changes: ["agents", "keys", "tiers"],
  });
  if (made) {
    return (
      <p>
        <AgentName id={made.id} /> exists and has a key.
      </p>
    );
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const output = await make.run(name.trim());
    if (output) onMade(output.agent, output.key);
  };
  const denied = deniedAgents ?? deniedKeys ?? (name.trim() === "" ? "Enter a name first." : undefined);
  return (
    <form onSubmit={submit} className="flex max-w-md items-end gap-2">
      <div className="grow">
        <TextInput label="Name of the agent" value={name} onChange={setTyped} maxLength={100} />
      </div>
      <Button type="submit" look="primary" isBusy={make.isRunning} denied={denied}>
        Create agent and key
      </Button>
    </form>
  );
}
