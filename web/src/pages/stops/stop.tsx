/** One stop: its parts, its running work, and its lift. */
import type { Stop } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { CircleCheck, CircleHelp, Hourglass } from "lucide-react";
import { Suspense, useState } from "react";
import { useAgent } from "../../data/agents.ts";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { useConfirmations } from "../../data/stops.ts";
import { useTaskTitle } from "../../data/tasks.ts";
import { ActorName, PersonName } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Chip } from "../../domain/status.tsx";
import { StopState, StopTarget } from "../../domain/stops/stop-parts.tsx";
import { confirmedText, PART_NAMES, partsText } from "../../domain/stops/stop-words.ts";
import { TaskName } from "../../domain/usage/task-name.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { counted, countText } from "../../ui/count.tsx";
import { Figure, Figures } from "../../ui/figures.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { FactLine, Facts, Page, Section, UpLink } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";

const LiftDialog = lazyPart(() => import("../../domain/stops/lift-dialog.tsx"), "LiftDialog");
const UP = { href: "/stops", label: "Go to stops" };
const route = getRouteApi("/stops/$id");

export function StopPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useRead(["stops", "get", id], ({ stops }, call) => stops.get({ id }, call));
  useConfirmations(data?.state === "stopping" && data.ended_at === null);
  if (!data) {
    return (
      <Page title="Stop" up={UP}>
        {error ? (
          <ErrorState error={error} retry={() => void refetch()} way={<UpLink {...UP} className={buttonClass()} />} />
        ) : (
          <Skeleton lines={9} className="p-4" />
        )}
      </Page>
    );
  }
  return <LoadedStop of={data} />;
}

function LoadedStop({ of: stop }: { of: Stop }) {
  return (
    <Page
      title={useTarget(stop)}
      up={UP}
      about={<StopState of={stop} />}
      actions={stop.ended_at === null && <Lift of={stop} />}
    >
      <div className="relative min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        <StopFacts of={stop} />
        <Running of={stop} />
        {stop.lifts.length > 0 && <Lifts of={stop} />}
      </div>
    </Page>
  );
}

/** The name of what is stopped. */
function useTarget({ agent_id, root_task_id }: Stop): string {
  const agent = useAgent(agent_id ?? undefined)?.name;
  const task = useTaskTitle(root_task_id ?? undefined);
  if (agent_id !== null) return agent ?? "An agent";
  return root_task_id === null ? "The workspace" : (task ?? "A tree of tasks");
}

function Lift({ of: stop }: { of: Stop }) {
  const [isLifting, setLifting] = useState(false);
  const denied = useDenied("risk:write");
  return (
    <>
      <Button denied={denied} onClick={() => setLifting(true)}>
        Lift…
      </Button>
      <Suspense>{isLifting && <LiftDialog of={stop} onClose={() => setLifting(false)} />}</Suspense>
    </>
  );
}

function StopFacts({ of: stop }: { of: Stop }) {
  const { reason, what, in_force, stopped_by, created_at, ended_at, waiting_count, drill } = stop;
  return (
    <div className="space-y-3 px-4 py-4">
      <p className="text-lg font-medium [overflow-wrap:anywhere]">
        <AgentLine text={reason} />
      </p>
      <p className="text-ink-2">
        {drill ? "Drill by " : "Stopped by "}
        <ActorName actor={stopped_by} isInside /> <Time at={created_at} />
        {!drill && ended_at !== null && (
          <>
            , lifted <Time at={ended_at} />
          </>
        )}
        .
      </p>
      <Figures>
        <Figure name="Ran then">{countText(stop.running_count)}</Figure>
        {!drill && <Figure name="Confirmed">{countText(stop.confirmed_count)}</Figure>}
        <Figure name="Waited then">{countText(waiting_count)}</Figure>
      </Figures>
      <Facts>
        <FactLine name={drill ? "Drill for" : "Scope"}>
          <StopTarget of={stop} />
        </FactLine>
        <FactLine name="Parts">
          {partsText(what)}
          {!drill && ended_at === null && in_force.length < what.length && (
            <span className="text-ink-3"> · still in force: {partsText(in_force).toLowerCase()}</span>
          )}
        </FactLine>
      </Facts>
    </div>
  );
}

type Attempt = Stop["running"][number];

const REQUESTED = { tone: "blocked", icon: Hourglass, word: "Requested" } as const;
const ENDS = {
  confirmed: { tone: "completed", icon: CircleCheck, word: "Confirmed" },
  unconfirmed: { tone: "failed", icon: CircleHelp, word: "Unconfirmed" },
} as const;

function Running({ of: stop }: { of: Stop }) {
  const { running, running_count, drill } = stop;
  const more = running_count - running.length;
  return (
    <Section title="Running work" about={confirmedText(stop)}>
      {running.length > 0 && (
        <ul className="divide-y divide-line">
          {running.map((attempt) => (
            <AttemptLine key={attempt.task_id} of={attempt} isDrill={drill} />
          ))}
        </ul>
      )}
      {running.length > 0 && more > 0 && <p className="py-2 text-sm text-ink-3">and {counted(more, "task")} more</p>}
    </Section>
  );
}

function AttemptLine({
  of: { task_id, agent_id, state, heard_at, confirmed_at },
  isDrill,
}: {
  of: Attempt;
  isDrill: boolean;
}) {
  return (
    <li className="grid items-center gap-x-4 gap-y-1 py-2 sm:grid-cols-[minmax(0,1fr)_minmax(0,14rem)_11rem_7rem]">
      <span className="min-w-0">
        <TaskName id={task_id} isLine />
      </span>
      <AgentName id={agent_id} />
      {!isDrill && (
        <span className="text-sm text-ink-3">
          {confirmed_at !== null ? (
            <>
              ended <Time at={confirmed_at} />
            </>
          ) : heard_at !== null ? (
            <>
              got the request <Time at={heard_at} />
            </>
          ) : (
            "has not called yet"
          )}
        </span>
      )}
      <span>
        {isDrill ? (
          <Chip tone="queued" icon={Hourglass} word="Runs" isPlain />
        ) : (
          <Chip {...(state === "asked" ? REQUESTED : ENDS[state])} isPlain />
        )}
      </span>
    </li>
  );
}

function Lifts({ of: { lifts } }: { of: Stop }) {
  return (
    <Section title="Lifted">
      <ul className="divide-y divide-line">
        {lifts.map(({ what, reason, user_id, at }) => (
          <li key={what.join()} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-2">
            <span className="font-medium">{what.map((part) => PART_NAMES[part]).join(", ")}</span>
            <AgentLine text={reason} className="min-w-0 grow basis-48 [overflow-wrap:anywhere]" />
            <span className="text-sm text-ink-2">
              {user_id !== null && <PersonName id={user_id} />} <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
