/** The loop breakers that stand without a limit of their own: they only record. */
import type { RiskListPoliciesOutput } from "@bailiwick/sdk";
import { CircleDashed } from "lucide-react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { typeLabel } from "../../domain/limits/limit-words.ts";
import { Chip } from "../../domain/status.tsx";
import { Button } from "../../ui/button.tsx";
import { mayText } from "./limit-sentence.ts";

type Breaker = RiskListPoliciesOutput["defaults"][number];

export function DefaultBreakers() {
  const { data } = useRead(["risk", "policies", "defaults"], ({ risk }, call) => risk.listPolicies({ limit: 1 }, call));
  const breakers = data?.defaults ?? [];
  if (breakers.length === 0) return null;
  return (
    <section aria-label="Loop breakers" className="shrink-0 border-t border-line bg-side px-4 py-3">
      <h2 className="text-sm font-semibold">
        Loop breakers <span className="font-normal text-ink-3">watch every agent from the start, in shadow mode</span>
      </h2>
      <ul className="mt-1">
        {breakers.map((breaker) => (
          <Line key={breaker.policy_type} of={breaker} />
        ))}
      </ul>
    </section>
  );
}

function Line({ of: breaker }: { of: Breaker }) {
  const denied = useDenied("risk:write");
  const { client } = useSession();
  const { run, isRunning } = useCommand({
    send: ({ risk }, change: { mode?: "enforce"; is_enabled?: boolean }) =>
      risk.createPolicy({ ...breaker, ...change }),
    changes: ["risk"],
    done: (_, { mode }) => (mode === "enforce" ? "It pauses agents that loop from now on" : "This loop breaker is off"),
    // Without a limit of its own, the breaker of the server stands again.
    undo:
      ({ id }) =>
      () =>
        client.risk.deletePolicy({ id }),
  });
  const name = typeLabel(breaker.policy_type);
  return (
    <li className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className="min-w-0 grow basis-60 text-ink-2">Each agent {mayText(breaker)}</span>
      <Chip tone="queued" icon={CircleDashed} word="Shadow" />
      <Button
        size="small"
        label={`Enforce it: ${name}`}
        denied={denied}
        isBusy={isRunning}
        onClick={() => void run({ mode: "enforce" })}
      >
        Enforce it
      </Button>
      <Button
        size="small"
        look="quiet"
        label={`Turn off: ${name}`}
        denied={denied}
        isBusy={isRunning}
        onClick={() => void run({ is_enabled: false })}
      >
        Turn off
      </Button>
    </li>
  );
}
