import { listAgentNames } from "../../agents/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { invalid, notFound, Problem } from "../../kernel/problem.ts";
import { readEvent } from "../event-rules.ts";
import { eventsIngested } from "../facts.ts";
import { ingest } from "../ingest.ts";
import { Heartbeat, HeartbeatInput } from "../schema.ts";

export const heartbeatAgent = command({
  name: "obs.heartbeat",
  summary: "Report that an agent is alive, as an event.",
  description: "To renew the lease of a task, use tasks.heartbeat. An agent may leave out agent_id.",
  route: "POST /obs/ingest/heartbeat",
  permission: "obs:write",
  input: HeartbeatInput,
  output: Heartbeat,
  problems: ["not_found", "forbidden"],
  whilePaused: true,
  async run({ tx, actor, now }, { agent_id = actor.kind === "agent" ? actor.id : undefined, status, metadata = {} }) {
    if (agent_id === undefined) throw invalid("/agent_id", "is missing: only the key of an agent may leave it out.");
    const known = await listAgentNames(tx, [agent_id]);
    if (!known.has(agent_id)) throw notFound("agent", agent_id);
    if (actor.kind === "agent" && actor.id !== agent_id)
      throw new Problem("forbidden", "An agent reports only that it is alive itself.");
    const payload = { agent_status: status, ...metadata };
    const { event, reason } = readEvent({ event_type: "heartbeat", agent_id, payload }, now);
    if (!event) throw invalid("/metadata", reason);
    await ingest({ tx, actor, now, source: "api" }, [{ event: { ...event, reported: {} } }]);
    const fact = eventsIngested(tx.workspace, { accepted: 1, duplicates: 0, rejected: 0 });
    return changed({ success: true, agent_id, ts: now.toISOString() }, fact);
  },
});
