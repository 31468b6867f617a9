/** Approves a request with a grant: for some time, the agent changes the field by itself inside bounds. */
import type { AllowedChanges, BailiwickError, GovernanceApproveInput, PolicyRequest } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Select, TextInput } from "../../ui/field.tsx";
import { fieldText } from "./request-words.ts";

export type GrantParams = NonNullable<GovernanceApproveInput["delegation_params"]>;

const DURATIONS = [
  { value: "60", label: "1 hour" },
  { value: "240", label: "4 hours" },
  { value: "720", label: "12 hours" },
  { value: "1440", label: "24 hours" },
] as const;
type Duration = (typeof DURATIONS)[number]["value"];

interface GrantFormProps {
  of: PolicyRequest;
  error: BailiwickError | undefined;
  denied: string | undefined;
  isBusy: boolean;
  onGrant: (params: GrantParams) => Promise<unknown>;
  onClose: () => void;
}

export function GrantForm({ of: request, error, denied, isBusy, onGrant, onClose }: GrantFormProps) {
  const { policy_type, requested_changes } = request;
  const { field, current_value, requested_value } = requested_changes;
  const hasBound = field !== "action_type";
  const [least, most] = [Number(current_value), Number(requested_value)].toSorted((a, b) => a - b);
  const [duration, setDuration] = useState<Duration>("60");
  const [bound, setBound] = useState(hasBound ? String(most) : "");
  const [uses, setUses] = useState("1");
  const missing = hasBound && bound === "" ? "Enter the highest value first." : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (denied ?? missing) return;
    void onGrant({
      duration_minutes: Number(duration),
      ...(uses !== "" && { max_uses: Number(uses) }),
      ...(hasBound && { allowed_changes: envelopeOf(request, least ?? 0, Number(bound)) }),
    });
  };
  return (
    <form className="space-y-3" noValidate onSubmit={submit}>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <Select
          label="For"
          value={duration}
          options={DURATIONS}
          onChange={(value) => value !== "" && setDuration(value)}
        />
        {hasBound && (
          <TextInput
            type="number"
            label={field === "threshold_value" ? "At most" : "At most, in minutes"}
            isRequired
            value={bound}
            onChange={setBound}
          />
        )}
        <TextInput type="number" label="Uses" hint="Empty: any number" value={uses} onChange={setUses} />
      </div>
      <p className="text-sm text-ink-2">
        {hasBound
          ? `The agent may set it between ${fieldText(policy_type, field, least ?? 0)} and ${fieldText(policy_type, field, Number(bound))} by itself.`
          : "The agent may choose between the present action and the requested one by itself."}
      </p>
      <CommandFault error={error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={isBusy} denied={denied ?? missing}>
          Grant
        </Button>
      </div>
    </form>
  );
}

function envelopeOf(
  { policy_id, requested_changes: { field } }: PolicyRequest,
  min_value: number,
  max_value: number,
): AllowedChanges {
  return { policy_id, fields: { [field]: { min_value: Math.min(min_value, max_value), max_value } } };
}
