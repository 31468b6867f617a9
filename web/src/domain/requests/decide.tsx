/** The verbs of a request: approve it once, approve it with a grant, or deny it. */
import type { PolicyRequest } from "@bailiwick/sdk";
import { type FormEvent, Suspense, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { TextInput } from "../../ui/field.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { type Terms, useDecide } from "./use-decide.ts";

const GrantForm = lazyPart(() => import("./grant-form.tsx"), "GrantForm");

type Form = "deny" | "grant";

export function Decide({ of: request }: { of: PolicyRequest }) {
  const [form, setForm] = useState<Form>();
  // Another person has approved with these terms, and the next one approves the same.
  const given = request.terms ?? ONCE;
  const [terms, setTerms] = useState(given);
  const { approve, deny, denied, refused } = useDecide(request);
  const send = (next: Terms) => {
    setTerms(next);
    return approve.run(next);
  };
  const close = () => setForm(undefined);
  if (approve.error?.code === "stale")
    return (
      <Stale
        text={approve.error.detail}
        isBusy={approve.isRunning}
        onApprove={() => void approve.run({ ...terms, confirm: true })}
        onClose={approve.reset}
      />
    );
  if (form === "deny") return <DenyForm isBusy={deny.isRunning} onDeny={deny.run} onClose={close} />;
  if (form === "grant")
    return (
      <Suspense>
        <GrantForm
          of={request}
          error={approve.error}
          isBusy={approve.isRunning}
          denied={denied}
          onGrant={(params) => send({ mode: "delegate", delegation_params: params })}
          onClose={close}
        />
      </Suspense>
    );
  return (
    <div className="space-y-3">
      <CommandFault error={approve.error} />
      <Verbs {...{ denied, refused }} onForm={setForm} isBusy={approve.isRunning} onApprove={() => void send(given)} />
    </div>
  );
}

const ONCE: Terms = { mode: "one_time" };

interface VerbsProps {
  denied: string | undefined;
  /** Why the request cannot be approved. */
  refused: string | undefined;
  isBusy: boolean;
  onApprove: () => void;
  onForm: (form: Form) => void;
}

function Verbs({ denied, refused, isBusy, onApprove, onForm }: VerbsProps) {
  useHotkeys([
    { keys: "a", label: "Approve the request", denied: refused, run: onApprove },
    { keys: "d", label: "Deny the request", denied, run: () => onForm("deny") },
  ]);
  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:[&>*]:h-11 max-sm:[&>*]:grow">
      <Button keys="d" denied={denied} onClick={() => onForm("deny")}>
        Deny…
      </Button>
      <Button denied={denied} onClick={() => onForm("grant")}>
        Grant for a time…
      </Button>
      <Button look="primary" keys="a" denied={refused} isBusy={isBusy} onClick={onApprove}>
        Approve
      </Button>
    </div>
  );
}

interface StaleProps {
  text: string;
  isBusy: boolean;
  onApprove: () => void;
  onClose: () => void;
}

/** The limit changed since the agent made the request. */
function Stale({ text, isBusy, onApprove, onClose }: StaleProps) {
  return (
    <div role="alert" className="space-y-3">
      <p>{text}</p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" isBusy={isBusy} onClick={onApprove}>
          Approve all the same
        </Button>
      </div>
    </div>
  );
}

interface DenyProps {
  isBusy: boolean;
  onDeny: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

const REASON_LENGTH_MAX = 2_000;

function DenyForm({ isBusy, onDeny, onClose }: DenyProps) {
  const [reason, setReason] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onDeny(reason);
  };
  return (
    <form className="space-y-3" noValidate onSubmit={submit}>
      <TextInput
        label="Reason"
        hint="The agent reads it. It may ask again after 15 minutes."
        isAutoFocused
        value={reason}
        onChange={setReason}
        maxLength={REASON_LENGTH_MAX}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={isBusy}>
          Deny
        </Button>
      </div>
    </form>
  );
}
