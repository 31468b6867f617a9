/** Archives an agent. When other agents depend on it, the server wants a second confirmation. */
import type { Agent } from "@bailiwick/sdk";
import { useCommand } from "../../data/command.ts";
import { asksToConfirm, describeError } from "../../data/query.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Confirm } from "../../ui/dialog.tsx";

export function ArchiveAgent({ agent: { id, name }, onClose }: { agent: Agent; onClose: () => void }) {
  const { run, error } = useCommand({
    send: ({ agents }, input: { id: string; reason: string | undefined; confirm?: true }) => agents.archive(input),
    changes: ["agents", "team", "keys", "tiers"],
    done: (agent) => `${agent.name.slice(0, 60)} archived`,
    isQuiet: true,
  });
  const needsConfirmation = asksToConfirm(error);
  return (
    <Confirm
      title="Archive this agent?"
      action={needsConfirmation ? "Archive anyway" : "Archive"}
      isDangerous
      reason="optional"
      isOpen
      onClose={onClose}
      onConfirm={async (reason) =>
        (await run({ id, reason, ...(needsConfirmation && { confirm: true }) })) !== undefined
      }
    >
      <p>
        <AgentLine text={name} className="font-medium break-words text-ink" /> stops working and its keys end. This
        cannot be undone. Its past work stays visible.
      </p>
      {error && (
        <p role="alert" className="mt-3 rounded bg-failed-soft px-3 py-2 text-sm break-words text-failed">
          {needsConfirmation
            ? `${error.detail} Its reports would move to the supervisor above it.`
            : describeError(error).detail}
        </p>
      )}
    </Confirm>
  );
}
