/** The bypasses in force: a visible line while actions pass without a decision, and its end. */
import type { ActionBypass } from "@bailiwick/sdk";
import { TriangleAlert } from "lucide-react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { PersonName } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Countdown } from "../../ui/time.tsx";

export function BypassLines() {
  const { permissions } = useSession();
  const { data } = useRead(["actions", "bypasses"], ({ actions }, call) => actions.getBypasses({}, call), {
    enabled: permissions.has("actions:decide"),
  });
  const active = data?.items.filter(({ active }) => active) ?? [];
  if (active.length === 0) return null;
  return (
    <div role="status" aria-label="Bypasses in force" className="shrink-0 bg-blocked-soft">
      {active.map((bypass) => (
        <BypassLine key={bypass.id} of={bypass} />
      ))}
    </div>
  );
}

function BypassLine({ of: { id, agent_id, reason, uses, started_by, ends_at } }: { of: ActionBypass }) {
  const denied = useDenied("actions:decide");
  const end = useCommand({
    send: ({ actions }) => actions.endBypass({ id }),
    changes: ["actions"],
    done: "The bypass has ended",
  });
  return (
    <div className="flex items-center gap-x-3 border-b border-line px-4 py-1.5">
      <TriangleAlert aria-hidden className="size-4 shrink-0 text-blocked" />
      <div className="min-w-0 grow">
        <p className="font-medium">
          Actions{" "}
          {agent_id === null ? (
            "of all agents"
          ) : (
            <>
              of <AgentName id={agent_id} />
            </>
          )}{" "}
          pass without a decision for <Countdown until={ends_at} />
        </p>
        <p className="text-sm text-ink-2 [overflow-wrap:anywhere]">
          <PersonName id={started_by} />: <AgentLine text={reason} /> · {counted(uses, "use")}
        </p>
      </div>
      <Button size="small" denied={denied} isBusy={end.isRunning} onClick={() => void end.run(undefined)}>
        End it
      </Button>
    </div>
  );
}
