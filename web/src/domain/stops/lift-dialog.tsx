/** Lifts a stop, all of it or some parts. */
import type { Stop } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Check, TextInput } from "../../ui/field.tsx";
import { PART_NAMES, type StopPart } from "./stop-words.ts";

export function LiftDialog({ of: { id, in_force }, onClose }: { of: Stop; onClose: () => void }) {
  const [kept, setKept] = useState<readonly StopPart[]>([]);
  const [reason, setReason] = useState("");
  const what = in_force.filter((part) => !kept.includes(part));
  const lift = useCommand({
    send: ({ stops }) => stops.lift({ id, what, reason }),
    changes: ["stops", "tasks", "agents", "keys"],
    isQuiet: true,
    done: ({ ended_at }) => (ended_at === null ? "Lifted in part" : "The stop is lifted"),
  });
  const missing =
    what.length === 0 ? "Choose a part first." : reason.trim() === "" ? "Enter a reason first." : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (missing === undefined && (await lift.run(undefined))) onClose();
  };
  return (
    <Dialog title="Lift this stop?" isOpen onClose={onClose} width="small">
      <form className="space-y-4" noValidate onSubmit={submit}>
        <fieldset className="space-y-1">
          <legend className="pb-1 text-sm text-ink-2">Parts in force</legend>
          {in_force.map((part) => (
            <Check
              key={part}
              label={PART_NAMES[part]}
              isChecked={!kept.includes(part)}
              onChange={(isLifted) => setKept(isLifted ? kept.filter((one) => one !== part) : [...kept, part])}
            />
          ))}
        </fieldset>
        <TextInput
          label="Reason"
          isRequired
          isAutoFocused
          hint="Tasks start again within ten seconds. Other stops stay in force."
          value={reason}
          onChange={setReason}
        />
        <CommandFault error={lift.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep it stopped</Button>
          <Button type="submit" look="primary" isBusy={lift.isRunning} denied={missing}>
            Lift
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
