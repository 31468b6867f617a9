/** The configuration of an agent, and the form that changes it. */
import type { Agent } from "@bailiwick/sdk";
import { Pencil } from "lucide-react";
import { type ReactNode, Suspense } from "react";
import { useDenied } from "../../data/session.tsx";
import { stateDenied } from "../../domain/agents/agent-steps.ts";
import { TYPE_WORDS } from "../../domain/agents/agent-words.ts";
import { AgentText } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { JsonTree } from "../../ui/json-tree.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { FactLine, Facts, Section } from "../../ui/page.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import type { DetailProps } from "./agent-data.ts";

const EditAgent = lazyPart(() => import("./edit-agent.tsx"), "EditAgent");

const CONFIGS = [
  ["llm_config", "Model"],
  ["identity_config", "Identity"],
  ["moltbook_config", "Moltbook"],
  ["auth_config", "Authentication"],
] as const;

export function AgentConfiguration({ agent, search, onSearch }: DetailProps) {
  const denied = useDenied("agents:write") ?? stateDenied(agent, "update");
  if (search.edit && !denied) {
    return (
      <Section title="Change the configuration">
        <Suspense fallback={<Skeleton lines={9} />}>
          <EditAgent agent={agent} onClose={() => onSearch({ edit: undefined })} />
        </Suspense>
      </Section>
    );
  }
  return (
    <>
      <Section
        title="Fields"
        about={
          <Button size="small" denied={denied} onClick={() => onSearch({ edit: "yes" })}>
            <Pencil aria-hidden className="size-3.5" />
            Edit
          </Button>
        }
      >
        <Fields agent={agent} />
      </Section>
      {CONFIGS.filter(([name]) => !isEmpty(agent[name])).map(([name, title]) => (
        <Section key={name} title={title} about={<span className="font-mono text-xs">{name}</span>}>
          <JsonTree label={title} value={agent[name]} />
        </Section>
      ))}
      <p className="px-4 pt-3 pb-4 text-sm text-ink-3">
        <Unset agent={agent} />
        Secrets are stored encrypted and shown as “set”. No one can read them again. Other agents see no configuration.
      </p>
    </>
  );
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

function Unset({ agent }: { agent: Agent }) {
  const titles = CONFIGS.flatMap(([name, title]) => (isEmpty(agent[name]) ? [title] : []));
  return titles.length > 0 && <span className="mb-1 block">Not set: {titles.join(", ")}.</span>;
}

function Fields({ agent }: { agent: Agent }) {
  return (
    <Facts>
      <Line name="Name">
        <AgentText text={agent.name} />
      </Line>
      <Line name="Description">{agent.description && <AgentText text={agent.description} />}</Line>
      <Line name="Personality">{agent.personality && <AgentText text={agent.personality} />}</Line>
      <Line name="Emoji">
        <bdi>{agent.avatar_emoji}</bdi>
      </Line>
      <Line name="Picture">{agent.avatar_url && <Url text={agent.avatar_url} />}</Line>
      <Line name="Type">{TYPE_WORDS[agent.agent_type]}</Line>
      <Line name="Connection">{agent.connection_url && <Url text={agent.connection_url} />}</Line>
      <Line name="Tasks at once">{agent.max_running_tasks ?? "Any number"}</Line>
      <Line name="Tags">
        <bdi>{agent.tags.join(", ")}</bdi>
      </Line>
      <Line name="Default">{agent.is_default ? "Yes" : "No"}</Line>
      <Line name="Featured">{agent.is_featured ? "Yes" : "No"}</Line>
      <Line name="Changed">
        <Time at={agent.updated_at} />
      </Line>
    </Facts>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return <FactLine name={name}>{children || <span className="text-ink-3">None</span>}</FactLine>;
}

/** Plain text, because the target of an agent's address is unknown. */
const Url = ({ text }: { text: string }) => <bdi className="font-mono text-sm break-all">{text}</bdi>;
