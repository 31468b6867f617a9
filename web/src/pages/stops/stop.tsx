/** One stop: its parts, its running work, and its lift. */
import type { Stop } from "@bailiwick/sdk";
import { getRouteApi } from "@tanstack/react-router";
import { CircleCheck, CircleHelp, Hourglass } from "lucide-react";
import { Suspense, useState } from "react";
import { useRead } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { useConfirmations } from "../../data/stops.ts";
import { ActorName, PersonName } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Chip } from "../../domain/status.tsx";
import { StopState, StopTarget } from "../../domain/stops/stop-parts.tsx";
import { confirmedText, PART_NAMES, partsText } from "../../domain/stops/stop-words.ts";
import { TaskName } from "../../domain/usage/task-name.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
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
  return (
    <Page
      title={data.reason}
      up={UP}
      about={<StopState of={data} />}
      actions={data.ended_at === null && <Lift of={data} />}
    >
      <div className="relative min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Content">
        <StopFacts of={data} />
        <Running of={data} />
        {data.lifts.length > 0 && <Lifts of={data} />}
      </div>
    </Page>
  );
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
    <div className="px-4 py-4">
      <Facts>
        <FactLine name={drill ? "Drill for" : "Stopped"}>
          <StopTarget of={stop} />
        </FactLine>
        <FactLine name="Reason">
          <AgentLine text={reason} className="[overflow-wrap:anywhere]" />
        </FactLine>
        <FactLine name="Parts">{partsText(what)}</FactLine>
        {!drill && <FactLine name="In force">{in_force.length === 0 ? "none" : partsText(in_force)}</FactLine>}
        <FactLine name="By">
          <ActorName actor={stopped_by} />
        </FactLine>
        <FactLine name={drill ? "Recorded" : "Began"}>
          <Time at={created_at} />
        </FactLine>
        {!drill && ended_at !== null && (
          <FactLine name="Lifted">
            <Time at={ended_at} />
          </FactLine>
        )}
        <FactLine name="Waiting then">{counted(waiting_count, "task")}</FactLine>
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
        <ul className="divide-y divide-line px-4">
          {running.map((attempt) => (
            <AttemptLine key={attempt.task_id} of={attempt} isDrill={drill} />
          ))}
        </ul>
      )}
      {running.length > 0 && more > 0 && (
        <p className="px-4 py-2 text-sm text-ink-3">and {counted(more, "task")} more</p>
      )}
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
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      <span className="min-w-0 grow basis-48">
        <TaskName id={task_id} isLine />
      </span>
      <AgentName id={agent_id} />
      {!isDrill && (
        <span className="w-56 text-sm text-ink-3">
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
      <span className="w-28">
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
      <ul className="divide-y divide-line px-4">
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
