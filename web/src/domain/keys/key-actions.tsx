/** The actions on a key: the menu, its dialogs, and the new key, which is shown once. */
import type { Key } from "@bailiwick/sdk";
import { Ellipsis } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { notify } from "../../data/notices.ts";
import { useDenied } from "../../data/session.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { copyText } from "../../ui/id.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Menu } from "../../ui/menu.tsx";
import { useKeyState } from "./key-parts.tsx";
import { endedText } from "./key-state.ts";
import type { NewKeyProps } from "./new-key.tsx";

const CreateKey = lazyPart(() => import("./create-key.tsx"), "CreateKey");
const RotateKey = lazyPart(() => import("./rotate-key.tsx"), "RotateKey");
const NewKey = lazyPart(() => import("./new-key.tsx"), "NewKey");

export type KeyStep = "rotate" | "adopt" | "revoke";

export function KeyMenu({ of: key, onChoose }: { of: Key; onChoose: (step: KeyStep, key: Key) => void }) {
  const ended = endedText(useKeyState(key));
  const denied = useDenied("keys:write") ?? ended;
  const copyId = () =>
    void copyText(key.id).then(
      () => notify({ title: "Id copied" }),
      () => notify({ title: "This browser did not allow the page to copy.", isError: true }),
    );
  return (
    <span className="relative z-1 inline-flex">
      <Menu
        trigger={
          <Button size="icon" look="quiet" label={`Actions for the key ${key.name.slice(0, 60)}`}>
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        entries={[
          { label: "Rotate…", denied, onSelect: () => onChoose("rotate", key) },
          { label: "Adopt…", denied, onSelect: () => onChoose("adopt", key) },
          { label: "Copy its id", onSelect: copyId },
          "line",
          { label: "Revoke…", denied, isDangerous: true, onSelect: () => onChoose("revoke", key) },
        ]}
      />
    </span>
  );
}

interface CreateOptions {
  isOpen: boolean;
  /** The agent of the new key, where it is fixed. */
  agentId?: string | undefined;
  onClose: () => void;
}

interface KeyDialogs {
  open: (step: KeyStep, key: Key) => void;
  dialogs: ReactNode;
}

export function useKeyDialogs({ isOpen, agentId, onClose }: CreateOptions): KeyDialogs {
  const [current, setCurrent] = useState<{ step: KeyStep; key: Key }>();
  // The key is held only here, and only until the dialog is closed.
  const [created, setCreated] = useState<NewKeyProps["created"]>();
  const close = () => setCurrent(undefined);
  const show = (key: NewKeyProps["created"]) => {
    onClose();
    close();
    setCreated(key);
  };
  const dialogs = (
    <Suspense>
      {isOpen && <CreateKey agentId={agentId} onClose={onClose} onCreated={show} />}
      {current?.step === "rotate" && <RotateKey of={current.key} onClose={close} onRotated={show} />}
      {current?.step === "adopt" && <AdoptKey of={current.key} onClose={close} />}
      {current?.step === "revoke" && <RevokeKey of={current.key} onClose={close} />}
      {created && <NewKey created={created} onClose={() => setCreated(undefined)} />}
    </Suspense>
  );
  return { open: (step, key) => setCurrent({ step, key }), dialogs };
}

function AdoptKey({ of: { id, name }, onClose }: { of: Key; onClose: () => void }) {
  const { run } = useCommand({
    send: ({ keys }, input: { id: string }) => keys.adopt(input),
    changes: ["keys"],
    done: "Key adopted",
  });
  return (
    <Confirm
      title="Adopt this key?"
      action="Adopt"
      isOpen
      onClose={onClose}
      onConfirm={async () => (await run({ id })) !== undefined}
    >
      You answer for <AgentLine text={name} className="font-medium break-words text-ink" /> and the keys made with it
      from now on. They have at most the permissions of your role, and they end when you leave.
    </Confirm>
  );
}

function RevokeKey({ of: { id, name, kind }, onClose }: { of: Key; onClose: () => void }) {
  const { run } = useCommand({
    send: ({ keys }, input: { id: string }) => keys.revoke(input),
    changes: ["keys", "tiers"],
    done: "Key revoked",
  });
  return (
    <Confirm
      title="Revoke this key?"
      action="Revoke"
      isDangerous
      isOpen
      onClose={onClose}
      onConfirm={async () => (await run({ id })) !== undefined}
    >
      <AgentLine text={name} className="font-medium break-words text-ink" /> ends at once and for ever. Requests with it
      are refused from now on.{kind === "service" && " Keys created with it end too."}
    </Confirm>
  );
}
