/** The telemetry of a task, newest first. */
import type { ObsEvent } from "@bailiwick/sdk";
import { useState } from "react";
import { useList } from "../../data/list.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { Button } from "../../ui/button.tsx";
import { JsonTree } from "../../ui/json-tree.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";

const PAGE_SIZE = 50;

export function Telemetry({ taskId }: { taskId: string }) {
  const { rows, isLoading, error, reload, hasMore, loadMore } = useList<ObsEvent>({
    // Telemetry of attempts arrives with facts of tasks, so it uses their area.
    key: ["tasks", "telemetry", taskId],
    page: (client, at, call) => client.obs.listEvents({ task_id: taskId, ...at }, call),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
  if (isLoading) return <Skeleton lines={3} />;
  if (error) return <ErrorState error={error} retry={reload} />;
  if (rows.length === 0) return <p className="text-sm text-ink-3">No telemetry.</p>;
  return (
    <>
      <table className="w-full text-sm">
        <thead className="text-left text-ink-3">
          <tr>
            <th className="py-1 pr-3 font-normal">Event</th>
            <th className="py-1 pr-3 font-normal">Status</th>
            <th className="py-1 pr-3 font-normal max-sm:hidden">Agent</th>
            <th className="py-1 pr-3 text-right font-normal">When</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </tbody>
      </table>
      {hasMore && (
        <Button size="small" className="mt-2" onClick={loadMore}>
          Show more
        </Button>
      )}
    </>
  );
}

function EventRow({ event }: { event: ObsEvent }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <tr className="border-t border-line">
        <td className="max-w-0 truncate py-1 pr-3">
          <button
            type="button"
            aria-expanded={isOpen}
            className="rounded-sm font-mono text-xs hover:underline"
            onClick={() => setOpen(!isOpen)}
          >
            <bdi>{event.event_type}</bdi>
          </button>
        </td>
        <td className={event.status === "error" ? "py-1 pr-3 text-failed" : "py-1 pr-3 text-ink-2"}>{event.status}</td>
        <td className="max-w-40 py-1 pr-3 max-sm:hidden">{event.agent_id && <AgentName id={event.agent_id} />}</td>
        <td className="py-1 pr-3 text-right text-ink-3">
          <Time at={event.occurred_at} />
        </td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={4} className="pb-2">
            <JsonTree value={event.payload} label="Payload" />
          </td>
        </tr>
      )}
    </>
  );
}
