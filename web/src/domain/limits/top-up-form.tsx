/** Adds an amount to a daily cap until a time. */
import { type FormEvent, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Select, TextInput } from "../../ui/field.tsx";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const ENDS = [
  { value: "hour", label: "For an hour" },
  { value: "midnight", label: "Until midnight UTC" },
  { value: "week", label: "For a week" },
] as const;
type End = (typeof ENDS)[number]["value"];

function endOf(end: End): string {
  const now = Date.now();
  const times: Record<End, number> = {
    hour: now + HOUR_MS,
    midnight: Math.ceil((now + 1) / DAY_MS) * DAY_MS,
    week: now + 7 * DAY_MS,
  };
  return new Date(times[end]).toISOString();
}

export function TopUpForm({ policyId: id, onClose }: { policyId: string; onClose: () => void }) {
  const [amount, setAmount] = useState("");
  const [end, setEnd] = useState<End>("midnight");
  const [reason, setReason] = useState("");
  const topUp = useCommand({
    send: ({ risk }) => risk.topUpPolicy({ id, amount_usd: Number(amount), until: endOf(end), reason }),
    changes: ["risk", "caps", "tasks"],
    isQuiet: true,
    done: "Topped up. Waiting tasks go on by themselves.",
  });
  const missing = amount === "" ? "Enter an amount first." : reason.trim() === "" ? "Enter a reason first." : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (missing === undefined && (await topUp.run(undefined))) onClose();
  };
  return (
    <Dialog title="Top up this cap" isOpen onClose={onClose}>
      <form className="space-y-4" noValidate onSubmit={submit}>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextInput
            type="number"
            label="Amount in US dollars"
            isRequired
            isAutoFocused
            value={amount}
            onChange={setAmount}
          />
          <Select label="Ends" value={end} options={ENDS} onChange={(value) => value !== "" && setEnd(value)} />
        </div>
        <TextInput
          label="Reason"
          isRequired
          hint="It takes the place of a top-up that has not ended. The cap itself stays."
          value={reason}
          onChange={setReason}
        />
        <CommandFault error={topUp.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={topUp.isRunning} denied={missing}>
            Top up
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
