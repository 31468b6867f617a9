import { Trash2 } from "lucide-react";
import { useState } from "react";
import { notify } from "../../data/notices.ts";
import { Button, ButtonRow } from "../../ui/button.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { Menu } from "../../ui/menu.tsx";
import { Tabs } from "../../ui/tabs.tsx";

const done = async () => notify({ title: "Done.", undo: async () => notify({ title: "Undone." }) });

export function Actions() {
  const [tab, setTab] = useState<"one" | "two">("one");
  return (
    <div className="space-y-4">
      <Buttons />
      <Opening />
      <Tabs
        label="Tabs"
        value={tab}
        tabs={[
          { value: "one", label: "One" },
          { value: "two", label: "Two", count: 12 },
        ]}
        onChange={setTab}
      />
    </div>
  );
}

function Buttons() {
  return (
    <ButtonRow>
      <Button look="primary" keys="enter">
        Primary
      </Button>
      <Button>Plain</Button>
      <Button look="quiet">Quiet</Button>
      <Button look="danger">Danger</Button>
      <Button denied="Only an admin may do this.">Denied</Button>
      <Button isBusy>Busy</Button>
      <Button size="small">Small</Button>
      <Button size="icon" label="Delete">
        <Trash2 aria-hidden className="size-4" />
      </Button>
      <Kbd keys="mod+k" />
    </ButtonRow>
  );
}

/** Components that open over the page. */
function Opening() {
  const [open, setOpen] = useState<"dialog" | "confirm">();
  const close = () => setOpen(undefined);
  return (
    <>
      <ButtonRow>
        <Menu
          trigger={<Button>Menu</Button>}
          entries={[
            { heading: "Heading" },
            { label: "Chosen", isChecked: true, onSelect: done },
            { label: "Denied", denied: "The reason why it is disabled.", onSelect: done },
            "line",
            { label: "Dangerous", isDangerous: true, onSelect: done },
          ]}
        />
        <Button onClick={() => setOpen("dialog")}>Dialog</Button>
        <Button onClick={() => setOpen("confirm")}>Confirm with reason</Button>
        <Button onClick={done}>Notice with undo</Button>
        <Button
          onClick={() => notify({ title: "That did not work", detail: "The reason.", requestId: "r-1", isError: true })}
        >
          Notice of an error
        </Button>
      </ButtonRow>
      <Dialog title="A dialog" isOpen={open === "dialog"} onClose={close}>
        <p>Its content.</p>
      </Dialog>
      <Confirm
        title="Cancel the task?"
        action="Cancel task"
        reason="required"
        isDangerous
        isOpen={open === "confirm"}
        onClose={close}
        onConfirm={async () => true}
      >
        Its open subtasks are canceled too.
      </Confirm>
    </>
  );
}
