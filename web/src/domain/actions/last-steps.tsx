/** The last steps of an agent before it proposed an action. */
import type { AgentAction } from "@bailiwick/sdk";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { FactList } from "../facts/fact-list.tsx";

const SHOWN = 5;

export function LastSteps({
  of: { id, agent_id, created_at },
}: {
  of: Pick<AgentAction, "id" | "agent_id" | "created_at">;
}) {
  const { permissions } = useSession();
  const { data } = useRead(
    ["audit", "before action", id],
    // Among them may be the proposal itself.
    ({ audit }, call) => audit.list({ actor_id: agent_id, to: created_at, limit: SHOWN + 1 }, call),
    { enabled: permissions.has("audit:read") },
  );
  const steps = data?.items.filter(({ subject }) => subject.id !== id).slice(0, SHOWN) ?? [];
  if (steps.length === 0) return <p className="text-ink-2">{data ? "It has done nothing before." : "Unknown."}</p>;
  return <FactList facts={steps} />;
}
