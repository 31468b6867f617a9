/** Lets a limit act that only recorded, with the way back; and its record so far. */
import type { RiskPolicy } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { actText, typeLabel } from "../../domain/limits/limit-words.ts";
import { Button } from "../../ui/button.tsx";

type Mode = RiskPolicy["mode"];

/** Changes whether a limit acts or only records. */
export function useMode(policy: RiskPolicy) {
  const { client } = useSession();
  const { id, policy_type } = policy;
  return useCommand({
    send: ({ risk }, mode: Mode) => risk.updatePolicy({ id, mode }),
    changes: ["risk"],
    done: (_, mode) =>
      `${typeLabel(policy_type)}: ${mode === "enforce" ? actText(policy).toLowerCase() : "records only"} from now on`,
    undo: (_, mode) => () => client.risk.updatePolicy({ id, mode: mode === "enforce" ? "shadow" : "enforce" }),
  });
}

export function EnforceButton({ of: policy }: { of: RiskPolicy }) {
  const denied = useDenied("risk:write");
  const { run, isRunning } = useMode(policy);
  return (
    <span className="relative z-1">
      <Button
        size="small"
        label={`Enforce it: ${typeLabel(policy.policy_type)}`}
        denied={denied}
        isBusy={isRunning}
        onClick={() => void run("enforce")}
      >
        Enforce it
      </Button>
    </span>
  );
}

const EVENTS_MAX = 50;
const NAMED_MAX = 2;

/** `Would have acted 3 times: Codex, Claude Code`. */
export function WouldHave({ of: { id } }: { of: RiskPolicy }) {
  const { data } = useRead(["risk", "events", { policy_id: id }], ({ risk }, call) =>
    risk.listEvents({ policy_id: id, limit: EVENTS_MAX }, call),
  );
  if (!data) return null;
  const events = data.items.filter(({ result }) => result.shadow === true);
  if (events.length === 0) return <span className="text-sm text-ink-3">would not have acted yet</span>;
  const agents = [...new Set(events.flatMap(({ agent_id }) => agent_id ?? []))];
  const times = events.length === 1 ? "once" : `${events.length}${data.next_cursor ? "+" : ""} times`;
  return (
    <span className="flex min-w-0 flex-wrap items-baseline gap-x-1.5 text-sm text-ink-2">
      <Link to="/limits" search={{ tab: "events" }} className="relative z-1 hover:underline">
        Would have acted {times}
      </Link>
      {agents.slice(0, NAMED_MAX).map((agent) => (
        <Fragment key={agent}>
          <AgentName id={agent} />
        </Fragment>
      ))}
      {agents.length > NAMED_MAX && <span className="text-ink-3">and {agents.length - NAMED_MAX} more</span>}
    </span>
  );
}
