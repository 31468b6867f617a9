/** The configuration of an agent, and the form that changes it. */
import type { Agent } from "@bailiwick/sdk";
import { Pencil } from "lucide-react";
import { Suspense } from "react";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { ActorName } from "../../domain/actor-name.tsx";
import { stateDenied } from "../../domain/agents/agent-steps.ts";
import { TYPE_WORDS } from "../../domain/agents/agent-words.ts";
import { AgentText } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { JsonTree } from "../../ui/json-tree.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { shortUsd } from "../../ui/money.tsx";
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

export function AgentConfiguration({ agent, search, onSearch, isPage }: DetailProps & { isPage: boolean }) {
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
  const configs = CONFIGS.filter(([name]) => !isEmpty(agent[name]));
  return (
    <div className={cx(isPage && "xl:grid xl:grid-cols-2")}>
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
      {(configs.length > 0 || isPage) && (
        <div className={cx("border-line max-xl:border-t", isPage && "xl:border-l")}>
          {configs.map(([name, title]) => (
            <Section key={name} title={title}>
              <Values label={title} value={agent[name]} />
            </Section>
          ))}
          {isPage && <LastChanges agent={agent} onSearch={onSearch} />}
        </div>
      )}
      <p className="col-span-2 border-t border-line px-4 pt-3 pb-4 text-sm text-ink-3">
        <Unset agent={agent} />
        Secrets are stored encrypted and shown as “set”. No one can read them again. Other agents see no configuration.
      </p>
    </div>
  );
}

const CHANGES_SHOWN = 4;
const FIELDS_SHOWN = 4;

function LastChanges({ agent: { id, revision }, onSearch }: Pick<DetailProps, "agent" | "onSearch">) {
  const { data } = useRead(["agents", "revisions", id, { limit: CHANGES_SHOWN }], (client, call) =>
    client.agents.listRevisions({ id, limit: CHANGES_SHOWN }, call),
  );
  return (
    <Section
      title="Last changes"
      about={
        <Button size="small" look="quiet" onClick={() => onSearch({ tab: "revisions" })}>
          {revision === 1 ? "Revisions" : `All ${revision} revisions`}
        </Button>
      }
    >
      <ul className="divide-y divide-line">
        {data?.items.map(({ revision, changed_fields: fields, created_by, created_at }) => (
          <li key={revision} className="flex min-h-8 min-w-0 items-center gap-2 text-sm">
            <ActorName actor={created_by} />
            <span className="min-w-0 grow truncate text-ink-2">
              {revision === 1 ? "made the agent" : `changed ${fields.slice(0, FIELDS_SHOWN).join(", ")}`}
              {revision > 1 && fields.length > FIELDS_SHOWN && ` and ${fields.length - FIELDS_SHOWN} more`}
            </span>
            <span className="shrink-0 text-ink-3">
              <Time at={created_at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Plain values stand below each other as the other fields; nested ones are a tree. */
function Values({ label, value }: { label: string; value: Record<string, unknown> }) {
  const isFlat = Object.values(value).every((one) => one === null || typeof one !== "object");
  if (!isFlat) return <JsonTree label={label} value={value} />;
  return (
    <Facts>
      {Object.entries(value).map(([name, one]) => (
        <FactLine key={name} name={nameText(name)}>
          <AgentText text={String(one)} />
        </FactLine>
      ))}
    </Facts>
  );
}

/** `max_tokens` is "Max tokens", as the other names. */
const nameText = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("_", " ")}`;

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

function Unset({ agent }: { agent: Agent }) {
  const texts = [
    ["Description", agent.description],
    ["Personality", agent.personality],
    ["Picture", agent.avatar_url],
    ["Connection", agent.connection_url],
    ["Tags", agent.tags.join()],
  ] as const;
  const titles = [
    ...texts.flatMap(([title, value]) => (value ? [] : [title])),
    ...CONFIGS.flatMap(([name, title]) => (isEmpty(agent[name]) ? [title] : [])),
  ];
  return titles.length > 0 && <span className="mb-1 block">Not set: {titles.join(", ")}.</span>;
}

function Fields({ agent }: { agent: Agent }) {
  return (
    <Facts>
      <FactLine name="Name">
        <AgentText text={agent.name} />
      </FactLine>
      {agent.description && (
        <FactLine name="Description">
          <AgentText text={agent.description} />
        </FactLine>
      )}
      {agent.personality && (
        <FactLine name="Personality">
          <AgentText text={agent.personality} />
        </FactLine>
      )}
      <FactLine name="Emoji">
        <bdi>{agent.avatar_emoji}</bdi>
      </FactLine>
      {agent.avatar_url && (
        <FactLine name="Picture">
          <Url text={agent.avatar_url} />
        </FactLine>
      )}
      <FactLine name="Type">{TYPE_WORDS[agent.agent_type]}</FactLine>
      {agent.connection_url && (
        <FactLine name="Connection">
          <Url text={agent.connection_url} />
        </FactLine>
      )}
      <FactLine name="Tasks at once">{agent.max_running_tasks ?? "Any number"}</FactLine>
      {agent.default_estimated_cost_usd !== null && (
        <FactLine name="A start costs">{shortUsd(agent.default_estimated_cost_usd)}</FactLine>
      )}
      {agent.tags.length > 0 && (
        <FactLine name="Tags">
          <bdi>{agent.tags.join(", ")}</bdi>
        </FactLine>
      )}
      {agent.is_default && <FactLine name="Default">Yes</FactLine>}
      {agent.is_featured && <FactLine name="Featured">Yes</FactLine>}
      <FactLine name="Changed">
        <Time at={agent.updated_at} />
      </FactLine>
    </Facts>
  );
}

/** Plain text, because the target of an agent's address is unknown. */
const Url = ({ text }: { text: string }) => <bdi className="font-mono text-sm break-all">{text}</bdi>;
