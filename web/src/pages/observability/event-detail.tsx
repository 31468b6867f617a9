/** One event: a sentence, its cost and tokens, where it belongs, and its payload. The page and the panel share it. */
import type { ObsEvent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { EventType } from "../../domain/usage/event-columns.tsx";
import { costWords, EventCost, isUnpriced } from "../../domain/usage/event-cost.tsx";
import { aboutOf, eventLook, faultOf, refOf } from "../../domain/usage/event-words.ts";
import { useEvent } from "../../domain/usage/events.ts";
import { Outcome } from "../../domain/usage/outcome.tsx";
import { TaskName } from "../../domain/usage/task-name.tsx";
import { AgentLine, AgentText } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { durationText } from "../../ui/duration.ts";
import { Figure, Figures } from "../../ui/figures.tsx";
import { Id, shortId } from "../../ui/id.tsx";
import { JsonTree } from "../../ui/json-tree.tsx";
import { Money } from "../../ui/money.tsx";
import { FactLine, Facts, Section } from "../../ui/page.tsx";
import { AllFacts } from "../../ui/sentence.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Clock, Time } from "../../ui/time.tsx";
import { useIsWide } from "../../ui/use-media.ts";
import { priceOf } from "./search.ts";
import { TokenUse } from "./token-use.tsx";

/** `held`: the event of the list, so that it need not be read. */
export function EventPanel({ of, held }: { of: string; held: ObsEvent | undefined }) {
  return held && refOf(held) === of ? <Panel event={held} /> : <ReadPanel of={of} />;
}

function ReadPanel({ of }: { of: string }) {
  const { data, error, refetch } = useEvent(of);
  if (data) return <Panel event={data} />;
  return error ? (
    <ErrorState error={error} retry={() => void refetch()} />
  ) : (
    <Skeleton lines={9} className="p-4 pt-14" />
  );
}

function Panel({ event }: { event: ObsEvent }) {
  const about = aboutOf(event);
  return (
    <section className="relative min-h-0 grow overflow-y-auto" tabIndex={0} aria-label="Event" key={event.id}>
      <header className="px-4 pt-3 pb-3 pr-28">
        <h2 className="text-lg font-semibold">
          <EventType event={event} />
        </h2>
        {about && <AgentLine text={about} className="line-clamp-2 text-ink-2 [overflow-wrap:anywhere]" />}
      </header>
      <EventDetail event={event} />
    </section>
  );
}

interface DetailProps {
  event: ObsEvent;
  isPage?: boolean;
}

export function EventDetail({ event, isPage = false }: DetailProps) {
  const fault = faultOf(event);
  // A wide page has room for all of them.
  const isOpen = useIsWide() && isPage;
  const hasTokens = event.tokens_in !== null || event.tokens_out !== null;
  const belongs = (
    <Section title="Where it belongs">
      <Belongs event={event} />
      {isOpen ? (
        <div className="mt-1.5">
          <Further event={event} />
        </div>
      ) : (
        <AllFacts>
          <Further event={event} />
        </AllFacts>
      )}
    </Section>
  );
  return (
    <>
      {fault !== undefined && (
        <div className="mx-4 mb-3 rounded bg-failed-soft px-3 py-2 text-failed">
          <AgentText text={fault} />
        </div>
      )}
      <EventFigures event={event} />
      <div className={cx("border-t border-line", isPage && "lg:grid lg:grid-cols-[minmax(0,1fr)_400px]")}>
        <div className="min-w-0">
          {hasTokens && (
            <Section title="Tokens">
              <TokenUse event={event} />
            </Section>
          )}
          {!isPage && <div className={cx(hasTokens && "border-t border-line")}>{belongs}</div>}
          <Section title="Payload">
            <JsonTree value={event.payload} label="Payload" />
          </Section>
        </div>
        {isPage && <div className="min-w-0 border-line max-lg:border-t lg:border-l">{belongs}</div>}
      </div>
    </>
  );
}

function EventFigures({ event }: { event: ObsEvent }) {
  const { cost_source, list_cost_usd, cost_usd, latency_ms, status, occurred_at } = event;
  const hasList = list_cost_usd !== null && list_cost_usd !== cost_usd;
  return (
    <div className="px-4 pb-4">
      <Figures>
        {cost_source !== null && (
          <Figure name="Cost">
            <EventCost event={event} />
          </Figure>
        )}
        {hasList && (
          <Figure name="At list price">
            <Money usd={list_cost_usd} />
          </Figure>
        )}
        {latency_ms !== null && <Figure name="Duration">{durationText(latency_ms)}</Figure>}
        <Figure name="Outcome">
          <Outcome status={status} />
        </Figure>
        <Figure name="When">
          <Time at={occurred_at} />
        </Figure>
      </Figures>
      {cost_source !== null && (
        <p className="mt-2 max-w-xl text-sm text-ink-2">
          <bdi>{costWords(event)}</bdi>{" "}
          {isUnpriced(event) && event.model !== null && (
            <Link
              to="/prices"
              search={priceOf([event.provider, event.model].filter(Boolean).join("/"))}
              className="font-medium text-accent-ink hover:underline"
            >
              Set a price
            </Link>
          )}
        </p>
      )}
    </div>
  );
}

const SOURCES = {
  api: "Sent over the API",
  otlp: "Exported as OpenTelemetry",
  task: "A step of a task",
  gateway: "Seen by the model gateway",
} as const;

function Belongs({ event }: { event: ObsEvent }) {
  const { agent_id, task_id, run_id, provider, model } = event;
  return (
    <Facts>
      <FactLine name="Agent">
        {agent_id ? <AgentName id={agent_id} /> : <span className="text-ink-3">none</span>}
      </FactLine>
      {task_id && (
        <FactLine name="Task">
          <TaskName id={task_id} />
        </FactLine>
      )}
      {run_id && (
        <FactLine name="Run">
          <Link to="/runs/$id" params={{ id: run_id }} className="font-mono text-sm hover:underline">
            {shortId(run_id)}
          </Link>
        </FactLine>
      )}
      {model && (
        <FactLine name="Model">
          <AgentLine text={provider ? `${provider} / ${model}` : model} className="[overflow-wrap:anywhere]" />
        </FactLine>
      )}
    </Facts>
  );
}

function Further({ event }: { event: ObsEvent }) {
  const { source, service_tier, web_searches } = event;
  return (
    <Facts>
      <FactLine name="Type">
        <bdi className="font-mono text-sm">{event.event_type}</bdi>
        <span className="text-sm text-ink-3"> · {eventLook(event.event_type).word}</span>
      </FactLine>
      <FactLine name="Source">{SOURCES[source]}</FactLine>
      {service_tier && (
        <FactLine name="Service tier">
          <AgentLine text={service_tier} />
        </FactLine>
      )}
      {web_searches !== null && <FactLine name="Web searches">{web_searches}</FactLine>}
      {event.billing_mode && <FactLine name="Billing">{event.billing_mode}</FactLine>}
      <FactLine name="Happened">
        <Clock at={event.occurred_at} />
      </FactLine>
      <FactLine name="Arrived">
        <Clock at={event.created_at} />
      </FactLine>
      <FactLine name="Id">
        <Id id={event.id} label="id of the event" />
      </FactLine>
    </Facts>
  );
}
