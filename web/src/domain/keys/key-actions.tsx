/** What can be done with a key: the menu, the questions it asks, and the new key that is shown once. */
import type { Key } from "@bailiwick/sdk";
import { Ellipsis } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { notify } from "../../data/notices.ts";
import { useDenied } from "../../data/session.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { copyText } from "../../ui/id.tsx";
import { Menu } from "../../ui/menu.tsx";
import { useKeyState } from "./key-parts.tsx";
import { endedText } from "./key-state.ts";
import type { NewKeyProps } from "./new-key.tsx";

const CreateKey = lazy(() => import("./create-key.tsx").then(({ CreateKey }) => ({ default: CreateKey })));
const RotateKey = lazy(() => import("./rotate-key.tsx").then(({ RotateKey }) => ({ default: RotateKey })));
const NewKey = lazy(() => import("./new-key.tsx").then(({ NewKey }) => ({ default: NewKey })));

export type KeyQuestion = "rotate" | "adopt" | "revoke";

export function KeyMenu({ of: key, onAsk }: { of: Key; onAsk: (what: KeyQuestion, key: Key) => void }) {
  const ended = endedText(useKeyState(key));
  const denied = useDenied("keys:write") ?? ended;
  const copyId = () =>
    void copyText(key.id).then(
      () => notify({ title: "Id copied" }),
      () => notify({ title: "This browser did not let the page copy.", isError: true }),
    );
  return (
    <span className="relative z-1 inline-flex">
      <Menu
        trigger={
          <Button size="icon" look="quiet" label={`What to do with the key ${key.name.slice(0, 60)}`}>
            <Ellipsis aria-hidden className="size-4" />
          </Button>
        }
        entries={[
          { label: "Rotate…", denied, onSelect: () => onAsk("rotate", key) },
          { label: "Adopt…", denied, onSelect: () => onAsk("adopt", key) },
          { label: "Copy its id", onSelect: copyId },
          "line",
          { label: "Revoke…", denied, isDangerous: true, onSelect: () => onAsk("revoke", key) },
        ]}
      />
    </span>
  );
}

interface CreateOptions {
  isOpen: boolean;
  /** The agent that it is for, where that is known. */
  agentId?: string | undefined;
  onClose: () => void;
}

interface KeyDialogs {
  ask: (what: KeyQuestion, key: Key) => void;
  dialogs: ReactNode;
}

export function useKeyDialogs({ isOpen, agentId, onClose }: CreateOptions): KeyDialogs {
  const [asked, setAsked] = useState<{ what: KeyQuestion; key: Key }>();
  // Only here, and only until the dialog is closed: nothing else of the page ever holds the key.
  const [created, setCreated] = useState<NewKeyProps["created"]>();
  const forget = () => setAsked(undefined);
  const show = (key: NewKeyProps["created"]) => {
    onClose();
    forget();
    setCreated(key);
  };
  const dialogs = (
    <Suspense>
      {isOpen && <CreateKey agentId={agentId} onClose={onClose} onCreated={show} />}
      {asked?.what === "rotate" && <RotateKey of={asked.key} onClose={forget} onRotated={show} />}
      {asked?.what === "adopt" && <AdoptKey of={asked.key} onClose={forget} />}
      {asked?.what === "revoke" && <RevokeKey of={asked.key} onClose={forget} />}
      {created && <NewKey created={created} onClose={() => setCreated(undefined)} />}
    </Suspense>
  );
  return { ask: (what, key) => setAsked({ what, key }), dialogs };
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
      from now on: they carry no more than your role, and end when you leave.
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
      <AgentLine text={name} className="font-medium break-words text-ink" /> ends at once, for good: what works with it
      is refused from now on.{kind === "service" && " Keys that were made with it end too."}
    </Confirm>
  );
}
