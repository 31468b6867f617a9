/** Waits for the first call of the agent, and shows its first facts. */
import type { Agent, Fact } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { onFact } from "../../data/live.tsx";
import { useRead } from "../../data/query.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { FactSentence } from "../../domain/facts/fact-line.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Time } from "../../ui/time.tsx";

/** No fact reports presence, so it is read this often while the person waits. */
const READ_EVERY_MS = 2_000;

interface ArrivalProps {
  agent: Agent | undefined;
  onArrived: () => void;
}

export function Arrival({ agent, onArrived }: ArrivalProps) {
  if (!agent) return <p className="text-ink-3">The agent appears here as soon as it makes its first call.</p>;
  return <Watched agent={agent} onArrived={onArrived} />;
}

function Watched({ agent, onArrived }: ArrivalProps & { agent: Agent }) {
  const facts = useFactsOf(agent.id);
  const read = useRead(["agents", "get", agent.id], (client, call) => client.agents.get({ id: agent.id }, call), {
    everyMs: READ_EVERY_MS,
  });
  const seenAt = read.data?.presence.last_seen_at;
  const isHere = seenAt != null;
  useEffect(() => {
    if (isHere) onArrived();
  }, [isHere, onArrived]);
  if (!seenAt) {
    return (
      <p role="status" className="flex items-center gap-2 text-ink-2">
        <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent" />
        Waiting for <AgentName id={agent.id} />…
      </p>
    );
  }
  return (
    <div className="space-y-3">
      <p role="status" className="flex flex-wrap items-center gap-2 font-medium">
        <CircleCheck aria-hidden className="size-5 text-completed" />
        <AgentName id={agent.id} /> is here.
        <span className="font-normal text-ink-3">
          Last seen <Time at={seenAt} />
        </span>
      </p>
      <ul className="space-y-1 text-sm text-ink-2">
        {facts.map((fact) => (
          <li key={fact.id}>
            <FactSentence fact={fact} /> <Time at={fact.created_at} />
          </li>
        ))}
      </ul>
      <Link to="/tasks" search={{ create: "yes", assigned_to_agent_id: agent.id }} className={buttonClass("primary")}>
        Give it its first task
      </Link>
    </div>
  );
}

const FACTS_SHOWN = 5;

function useFactsOf(agentId: string): readonly Fact[] {
  const [facts, setFacts] = useState<readonly Fact[]>([]);
  useEffect(
    () =>
      onFact((fact) => {
        if (fact.actor.id === agentId) setFacts((before) => [fact, ...before].slice(0, FACTS_SHOWN));
      }),
    [agentId],
  );
  return facts;
}
