/** Asks until when rows of the inbox are put away. */
import { useState } from "react";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextInput } from "../../ui/field.tsx";
import { clockText } from "../../ui/time.tsx";
import type { InboxItem } from "./items.ts";
import { rowsOf } from "./snooze-rows.ts";
import { snoozeTimes } from "./snooze-times.ts";
import { useSnooze } from "./use-snooze.ts";

interface SnoozeProps {
  items: readonly InboxItem[];
  onClose: () => void;
  onDone: () => void;
}

export function SnoozeDialog({ items, onClose, onDone }: SnoozeProps) {
  const [times] = useState(() => snoozeTimes(new Date()));
  const [other, setOther] = useState("");
  const denied = useDenied("snoozes:write");
  const { putAway } = useSnooze();
  const rows = items.flatMap(rowsOf);
  const put = async (until: Date) => {
    if (!(await putAway.run({ rows, until: until.toISOString() }))) return;
    onClose();
    onDone();
  };
  const isValid = Date.parse(other) > Date.now();
  return (
    <Dialog
      title={rows.length === 1 ? "Remind me" : `Remind me of ${rows.length} rows`}
      isOpen
      onClose={onClose}
      width="small"
    >
      <p className="mb-3 text-ink-2">Until then the inbox does not show it. Something new brings it back at once.</p>
      <ul className="space-y-1">
        {times.map(({ label, until }, place) => (
          <li key={label}>
            <button
              type="button"
              // biome-ignore lint/a11y/noAutofocus: the dialog opens for this choice.
              autoFocus={place === 0}
              disabled={denied !== undefined || putAway.isRunning}
              className="flex w-full items-baseline justify-between gap-4 rounded border border-line px-3 py-2 text-left hover:bg-hover"
              onClick={() => void put(until)}
            >
              <span className="font-medium">{label}</span>
              <span className="text-sm text-ink-3 tabular-nums">{clockText(until.toISOString())}</span>
            </button>
          </li>
        ))}
      </ul>
      <form
        className="mt-3 flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (isValid && denied === undefined) void put(new Date(other));
        }}
      >
        <div className="grow">
          <TextInput label="Another time" type="datetime-local" value={other} onChange={setOther} />
        </div>
        <Button
          type="submit"
          isBusy={putAway.isRunning}
          denied={denied ?? (isValid ? undefined : "Choose a time in the future.")}
        >
          Remind me
        </Button>
      </form>
    </Dialog>
  );
}
