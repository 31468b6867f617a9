/** A refused decision, and the way on where there is one. */
import type { BailiwickError } from "@bailiwick/sdk";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { TopUpButton } from "../limits/top-up-button.tsx";

interface FaultProps {
  error: BailiwickError | undefined;
  isBusy: boolean;
  /** Repeats the decision although the agent is paused or archived. */
  onConfirm: () => void;
}

export function DecideFault({ error, isBusy, onConfirm }: FaultProps) {
  if (!error) return null;
  const policyId = error.problem.policy_id;
  return (
    <div className="space-y-2">
      <CommandFault error={error} />
      {error.code === "agent_paused" && (
        <Button size="small" isBusy={isBusy} onClick={onConfirm}>
          Do it all the same
        </Button>
      )}
      {typeof policyId === "string" && <TopUpButton policyId={policyId} />}
    </div>
  );
}
