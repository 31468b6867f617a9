/** The verbs of a request: approve it once, approve it with a grant, or deny it. */
import type { PolicyRequest } from "@bailiwick/sdk";
import { type FormEvent, Suspense, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { TextInput } from "../../ui/field.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { useDecide } from "./use-decide.ts";

const GrantForm = lazyPart(() => import("./grant-form.tsx"), "GrantForm");

type Form = "deny" | "grant";

export function Decide({ of: request }: { of: PolicyRequest }) {
  const [form, setForm] = useState<Form>();
  const { approve, deny, denied, refused } = useDecide(request);
  const once = () => void approve.run({ mode: "one_time" });
  useHotkeys(
    form === undefined
      ? [
          { keys: "a", label: "Approve the request", denied: refused, run: once },
          { keys: "d", label: "Deny the request", denied, run: () => setForm("deny") },
        ]
      : [],
  );
  const close = () => setForm(undefined);
  if (form === "deny") return <DenyForm isBusy={deny.isRunning} onDeny={deny.run} onClose={close} />;
  if (form === "grant")
    return (
      <Suspense>
        <GrantForm
          of={request}
          error={approve.error}
          isBusy={approve.isRunning}
          denied={denied}
          onGrant={(params) => approve.run({ mode: "delegate", delegation_params: params })}
          onClose={close}
        />
      </Suspense>
    );
  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:[&>*]:h-11 max-sm:[&>*]:grow">
      <Button keys="d" denied={denied} onClick={() => setForm("deny")}>
        Deny…
      </Button>
      <Button denied={denied} onClick={() => setForm("grant")}>
        Grant for a time…
      </Button>
      <Button look="primary" keys="a" denied={refused} isBusy={approve.isRunning} onClick={once}>
        Approve
      </Button>
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
