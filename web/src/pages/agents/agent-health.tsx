/** The health of an agent on its newest day with events, with a reason for each part. */
import { todayText } from "../../data/agents-today.ts";
import { useRead } from "../../data/query.ts";
import { HealthParts, HealthScore } from "../../domain/usage/health-parts.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";

/** No fact tells how sums change. */
const READ_EVERY_MS = 30_000;

export function AgentHealth({ agentId }: { agentId: string }) {
  const { data, error, refetch } = useRead(
    ["costs", "health", agentId],
    (client, call) => client.obs.getAgentHealth({ id: agentId }, call),
    { everyMs: READ_EVERY_MS },
  );
  if (!data) return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={3} />;
  const newest = data.items.at(-1);
  if (!newest) return <p className="text-sm text-ink-3">Unknown, because this agent has sent no events.</p>;
  return (
    <div className="space-y-3">
      <p className="flex flex-wrap items-center gap-x-3">
        <HealthScore of={newest} />
        {newest.date !== todayText() && <span className="text-sm text-ink-3">on {newest.date}, in UTC</span>}
      </p>
      <HealthParts parts={newest.parts} />
    </div>
  );
}
