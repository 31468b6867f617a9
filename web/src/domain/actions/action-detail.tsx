/** One action: what will run, its circumstances, its attempts, and the verbs below. The page and the panels share it. */
import type { AgentActionDetail } from "@bailiwick/sdk";
import { useTaskCosts } from "../../data/task-costs.ts";
import { AgentLine, AgentText } from "../../ui/agent-text.tsx";
import { Diff } from "../../ui/diff.tsx";
import { FactLine, Facts, Section } from "../../ui/page.tsx";
import { TimeLeft } from "../../ui/question-row.tsx";
import { AllFacts, Sentence } from "../../ui/sentence.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { PersonName } from "../actor-name.tsx";
import { AgentName } from "../agents/agent-name.tsx";
import { TaskCostWords } from "../tasks/task-cost.tsx";
import { TaskName } from "../usage/task-name.tsx";
import { ActionState, ConnectionName, Destination } from "./action-parts.tsx";
import { ActionVerbs } from "./action-verbs.tsx";
import { typeText } from "./action-words.ts";
import { Amount } from "./amount.tsx";
import { Attempts } from "./attempts.tsx";
import { LastSteps } from "./last-steps.tsx";
import { Payload } from "./payload.tsx";
import { repeatText } from "./sending-words.ts";
import { useAction, useActionType } from "./use-action.ts";

export function ActionPanel({ id }: { id: string }) {
  const { data: action, error, refetch } = useAction(id);
  if (!action) {
    return error ? (
      <ErrorState error={error} retry={() => void refetch()} />
    ) : (
      <Skeleton lines={9} className="p-4 pt-14" />
    );
  }
  return (
    <section className="flex min-h-0 grow flex-col" aria-label="Action" key={id}>
      <header className="px-4 pt-3 pb-2 pr-28">
        <h2 className="text-lg font-semibold [overflow-wrap:anywhere]">{typeText(action.action_type)}</h2>
        <ActionState of={action} />
      </header>
      <ActionDetail of={action} />
    </section>
  );
}

/** The verbs stand below what scrolls, where a thumb reaches them. */
export function ActionDetail({ of: action }: { of: AgentActionDetail }) {
  const { status, created_at, expires_at, proposed_payload, payload, amount_usd, held_since } = action;
  return (
    <>
      <div className="relative min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        <div className="space-y-3 px-4 pt-2 pb-4">
          <Payload of={action} />
          <Origin of={action} />
          <Decision of={action} />
        </div>
        {proposed_payload !== null && (
          <Section title="What a person changed">
            <Diff before={proposed_payload} after={payload} />
          </Section>
        )}
        {action.attempt_log.length > 0 && (
          <Section title="Attempts">
            <Attempts of={action} />
          </Section>
        )}
        {amount_usd !== null && (
          <Section title="Amount">
            <Amount of={action} usd={amount_usd} />
          </Section>
        )}
        {action.task_id !== null && (
          <Section title="Task">
            <OfTask id={action.task_id} isHeld={action.holds_task} />
          </Section>
        )}
        <Section title="What the agent did last">
          <LastSteps of={action} />
        </Section>
        <div className="px-4 pb-4">
          <ActionFacts of={action} />
        </div>
      </div>
      <ActionVerbs
        of={action}
        edge={status === "pending" && held_since === null && <TimeLeft from={created_at} until={expires_at} />}
      />
    </>
  );
}

function Origin({ of: action }: { of: AgentActionDetail }) {
  const { agent_id, reasoning, confidence, created_at, held_since } = action;
  return (
    <div className="space-y-1">
      <Sentence>
        <AgentName id={agent_id} /> proposed it <Time at={created_at} /> through <ConnectionName of={action} />
        {confidence !== null && `, and calls itself ${Math.round(confidence * 100)} % sure`}
        {reasoning === null ? "." : ":"}
      </Sentence>
      {reasoning !== null && <AgentText text={reasoning} />}
      <Destination of={action} />
      {held_since !== null && (
        <p className="text-failed">
          A stop holds it since <Time at={held_since} />. Its time does not pass meanwhile.
        </p>
      )}
    </div>
  );
}

function Decision({ of: action }: { of: AgentActionDetail }) {
  const { status, decided_by, decided_at, decision_reason, rule_id, bypass_id } = action;
  if (status === "pending" || status === "canceled") return null;
  if (status === "expired") return <Sentence>Nobody decided in time, so nothing was sent.</Sentence>;
  const verb = status === "rejected" ? "rejected" : "approved";
  const who = rule_id !== null ? "A standing rule" : bypass_id !== null ? "A bypass" : undefined;
  return (
    <Sentence>
      {who ?? (decided_by === null ? "Somebody" : <PersonName id={decided_by} />)} {verb} it <Time at={decided_at} />
      {decision_reason === null ? "." : ": "}
      {decision_reason !== null && <AgentLine text={decision_reason} />}
    </Sentence>
  );
}

function OfTask({ id, isHeld }: { id: string; isHeld: boolean }) {
  const costs = useTaskCosts(id);
  return (
    <div className="space-y-1">
      <TaskName id={id} unread="a task" />
      <Sentence>
        {isHeld && "The task waits until the action ends. "}
        {costs ? (
          <>
            It has cost <TaskCostWords costs={costs} /> so far.
          </>
        ) : (
          "What it has cost is unknown."
        )}
      </Sentence>
    </div>
  );
}

function ActionFacts({ of: action }: { of: AgentActionDetail }) {
  const type = useActionType(action);
  return (
    <AllFacts>
      <Facts>
        <FactLine name="Type">
          <code className="text-sm">{action.action_type}</code>
        </FactLine>
        <FactLine name="Service">{action.service_type}</FactLine>
        <FactLine name="Connection">
          <ConnectionName of={action} />
        </FactLine>
        <FactLine name="Repeats">{repeatText(action, type)}</FactLine>
        <FactLine name="Proposed">
          <Time at={action.created_at} />
        </FactLine>
        {action.status === "pending" && (
          <FactLine name="Expires">
            <Time at={action.expires_at} />
          </FactLine>
        )}
        {action.executed_at !== null && (
          <FactLine name="Executed">
            <Time at={action.executed_at} />
          </FactLine>
        )}
        <FactLine name="Id">
          <code className="text-sm">{action.id}</code>
        </FactLine>
      </Facts>
    </AllFacts>
  );
}
