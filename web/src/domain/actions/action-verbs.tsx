/** The verbs of an action: approve, edit and approve, reject; say what happened to one in doubt; send a failed one again. */
import { ACTION_STEPS, type AgentActionDetail } from "@bailiwick/sdk";
import { type ReactNode, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { startsFrom } from "../../data/steps.ts";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { DecideFault } from "./decide-fault.tsx";
import { ReasonForm } from "./reason-form.tsx";
import { sentText } from "./sending-words.ts";
import { useActionType } from "./use-action.ts";
import { ACTION_CHANGES, useDecideAction } from "./use-decide-action.ts";

const EditForm = lazyPart(() => import("./edit-form.tsx"), "EditForm");

interface VerbsProps {
  of: AgentActionDetail;
  /** Stands along the lower edge. */
  edge: ReactNode;
}

export function ActionVerbs({ of: action, edge }: VerbsProps) {
  const { status } = action;
  const verbs = startsFrom(ACTION_STEPS.approve, status) ? (
    <Decide of={action} />
  ) : startsFrom(ACTION_STEPS.resolve, status) ? (
    <Resolve of={action} />
  ) : startsFrom(ACTION_STEPS.retry, status) ? (
    <Retry of={action} />
  ) : null;
  if (verbs === null) return null;
  return (
    <footer className="relative max-h-[70%] shrink-0 overflow-y-auto border-t border-line bg-raised px-4 py-3">
      {verbs}
      {edge}
    </footer>
  );
}

const ROW = "flex flex-wrap items-center gap-2 max-sm:[&>*]:h-11 max-sm:[&>*]:grow";

function Decide({ of: action }: { of: AgentActionDetail }) {
  const [form, setForm] = useState<"reject" | "edit">();
  const { approve, reject, denied, refused } = useDecideAction(action);
  const close = () => setForm(undefined);
  useHotkeys(
    form
      ? []
      : [
          { keys: "a", label: "Approve the action", denied: refused, run: () => void approve.run({}) },
          { keys: "e", label: "Edit and approve the action", denied: refused, run: () => setForm("edit") },
          { keys: "r", label: "Reject the action", denied, run: () => setForm("reject") },
        ],
  );
  if (form === "reject")
    return (
      <ReasonForm
        action="Reject"
        hint="The agent reads it."
        error={reject.error}
        isBusy={reject.isRunning}
        onSend={reject.run}
        onClose={close}
      />
    );
  if (form === "edit")
    return (
      <Suspense>
        <EditForm of={action} approve={approve} refused={refused} onClose={close} />
      </Suspense>
    );
  return <DecideVerbs of={action} deciding={{ approve, denied, refused }} onForm={setForm} />;
}

interface DecideVerbsProps {
  of: AgentActionDetail;
  deciding: Pick<ReturnType<typeof useDecideAction>, "approve" | "denied" | "refused">;
  onForm: (form: "reject" | "edit") => void;
}

function DecideVerbs({ of: action, deciding: { approve, denied, refused }, onForm }: DecideVerbsProps) {
  const type = useActionType(action);
  return (
    <div className="space-y-2">
      <DecideFault
        error={approve.error}
        isBusy={approve.isRunning}
        onConfirm={() => void approve.run({ confirm: true })}
      />
      <p className="text-sm text-ink-2">{sentText(action, type)}</p>
      <div className={ROW}>
        <Button keys="r" denied={denied} onClick={() => onForm("reject")}>
          Reject…
        </Button>
        <Button keys="e" denied={refused} onClick={() => onForm("edit")}>
          Edit…
        </Button>
        <Button
          look="primary"
          keys="a"
          denied={refused}
          isBusy={approve.isRunning}
          onClick={() => void approve.run({})}
        >
          Approve
        </Button>
      </div>
    </div>
  );
}

type Outcome = "executed" | "failed";

function Resolve({ of: { id } }: { of: AgentActionDetail }) {
  const [outcome, setOutcome] = useState<Outcome>();
  const denied = useDenied("actions:decide");
  const resolve = useCommand({
    send: ({ actions }, input: { outcome: Outcome; reason: string }) => actions.resolve({ id, ...input }),
    changes: ACTION_CHANGES,
    about: id,
    isQuiet: true,
    done: (_, input) => (input.outcome === "executed" ? "Marked as executed" : "Marked as failed"),
  });
  if (outcome !== undefined)
    return (
      <ReasonForm
        action={outcome === "executed" ? "It was executed" : "It was not executed"}
        hint="How you know it. It stays in the record."
        isRequired
        error={resolve.error}
        isBusy={resolve.isRunning}
        onSend={(reason) => resolve.run({ outcome, reason })}
        onClose={() => setOutcome(undefined)}
      />
    );
  return (
    <div className="space-y-2">
      <p className="text-sm text-ink-2">
        It may have been sent, and no complete answer came. Look at the service, then say what happened.
      </p>
      <div className={ROW}>
        <Button denied={denied} onClick={() => setOutcome("failed")}>
          It was not executed…
        </Button>
        <Button look="primary" denied={denied} onClick={() => setOutcome("executed")}>
          It was executed…
        </Button>
      </div>
    </div>
  );
}

function Retry({ of: action }: { of: AgentActionDetail }) {
  const { id } = action;
  const denied = useDenied("actions:decide");
  const type = useActionType(action);
  const retry = useCommand({
    send: ({ actions }, confirm: boolean) => actions.retry({ id, confirm }),
    changes: ACTION_CHANGES,
    about: id,
    isQuiet: true,
    done: "Sent again",
  });
  return (
    <div className="space-y-2">
      <DecideFault error={retry.error} isBusy={retry.isRunning} onConfirm={() => void retry.run(true)} />
      <p className="text-sm text-ink-2">{sentText(action, type)}</p>
      <div className={ROW}>
        <Button denied={denied} isBusy={retry.isRunning} onClick={() => void retry.run(false)}>
          Send it again
        </Button>
      </div>
    </div>
  );
}
