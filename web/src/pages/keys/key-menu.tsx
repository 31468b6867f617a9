/** What can be done with a key. */
import type { Key } from "@bailiwick/sdk";
import { Ellipsis } from "lucide-react";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { copyText } from "../../ui/id.tsx";
import { Menu } from "../../ui/menu.tsx";
import { notify } from "../../ui/toast-store.ts";
import { useKeyState } from "./key-parts.tsx";
import { endedText } from "./key-state.ts";

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
