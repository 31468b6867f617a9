/** The connection to an agent that another system runs: its kind, when it was last reached, and its test. */
import type { Agent, AgentsCheckOutput } from "@bailiwick/sdk";
import { Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { stateDenied } from "../../domain/agents/agent-steps.ts";
import { TYPE_WORDS } from "../../domain/agents/agent-words.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { FactLine, Facts, Section } from "../../ui/page.tsx";
import { Time } from "../../ui/time.tsx";

const RotatePushSecret = lazyPart(() => import("./push-secret.tsx"), "RotatePushSecret");

export function AgentLink({ agent }: { agent: Agent }) {
  const { id, agent_type, delivery, last_connected_at, last_error } = agent;
  const denied = useDenied("agents:write") ?? stateDenied(agent, "update");
  const [tested, setTested] = useState<AgentsCheckOutput>();
  const [isRotating, setRotating] = useState(false);
  const test = useCommand({ send: ({ agents }) => agents.check({ id }), changes: ["agents"] });
  return (
    <Section
      title="Connection"
      about={
        <>
          {delivery === "push" && (
            <Button size="small" denied={denied} onClick={() => setRotating(true)}>
              Rotate secret…
            </Button>
          )}
          <Button
            size="small"
            denied={denied}
            isBusy={test.isRunning}
            onClick={async () => setTested(await test.run(undefined))}
          >
            Test
          </Button>
        </>
      }
    >
      <div className="space-y-2">
        {tested && <Tested of={tested} />}
        {last_error !== null && !tested && (
          <p className="rounded bg-failed-soft px-3 py-2 text-sm text-failed [overflow-wrap:anywhere]">
            The last call failed: <AgentLine text={last_error} />
          </p>
        )}
        <Facts>
          <FactLine name="Kind">{TYPE_WORDS[agent_type]}</FactLine>
          {agent_type === "http_api" && (
            <FactLine name="Tasks">
              {delivery === "push" ? "The server sends them to it" : "It claims them with its key"}
            </FactLine>
          )}
          <FactLine name="Last connected">
            <Time at={last_connected_at} empty="never" />
          </FactLine>
        </Facts>
      </div>
      <Suspense>{isRotating && <RotatePushSecret id={id} onClose={() => setRotating(false)} />}</Suspense>
    </Section>
  );
}

function Tested({ of: { ok, message, latency_ms, checked_at } }: { of: AgentsCheckOutput }) {
  const tone = ok ? "bg-completed-soft text-completed" : "bg-failed-soft text-failed";
  return (
    <p role="status" className={`rounded px-3 py-2 text-sm [overflow-wrap:anywhere] ${tone}`}>
      {ok ? "The test passed" : "The test failed"}: <AgentLine text={message} /> {latency_ms} ms,{" "}
      <Time at={checked_at} />
    </p>
  );
}
