/** The verbs of an action in a row, and their keys. */
import type { AgentAction } from "@bailiwick/sdk";
import { Button } from "../../ui/button.tsx";
import type { Hotkey } from "../../ui/keys.ts";
import type { DecideStep } from "./action-dialog.tsx";
import { useDecideAction } from "./use-decide-action.ts";

interface VerbsProps {
  action: AgentAction;
  onDecide: (step: DecideStep) => void;
}

export function ActionRowVerbs({ action, onDecide }: VerbsProps) {
  const { denied, refused } = useDecideAction(action);
  return (
    <>
      <Button size="small" denied={denied} onClick={() => onDecide("reject")}>
        Reject…
      </Button>
      <Button size="small" denied={refused} onClick={() => onDecide("edit")}>
        Edit…
      </Button>
      <Button size="small" denied={refused} onClick={() => onDecide("approve")}>
        Approve…
      </Button>
    </>
  );
}

export function actionKeys(denied: string | undefined, onDecide: (step: DecideStep) => void): Hotkey[] {
  const key = (keys: string, label: string, step: DecideStep) => ({ keys, label, denied, run: () => onDecide(step) });
  return [
    key("a", "Approve the action", "approve"),
    key("r", "Reject the action", "reject"),
    key("e", "Edit and approve the action", "edit"),
  ];
}
