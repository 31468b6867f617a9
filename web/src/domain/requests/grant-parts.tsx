/** The parts of a grant: its state, what is left of it, and its end. */
import type { Grant } from "@bailiwick/sdk";
import { CircleCheck, CircleSlash, Clock } from "lucide-react";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { shortUsd } from "../../ui/money.tsx";
import { Ring, UsesLeft } from "../../ui/ring.tsx";
import { Countdown, useNow } from "../../ui/time.tsx";
import { Chip } from "../status.tsx";

const LOOKS = {
  active: { tone: "completed", icon: CircleCheck, word: "Active" },
  used_up: { tone: "queued", icon: CircleSlash, word: "Used up" },
  expired: { tone: "queued", icon: Clock, word: "Over" },
  revoked: { tone: "queued", icon: CircleSlash, word: "Revoked" },
} as const;
/** Up to this number, the uses are dots, too. */
const DOTS_MAX = 10;

export function GrantState({ of: { status } }: { of: Grant }) {
  return <Chip {...LOOKS[status]} isPlain />;
}

/** The time, the uses and the money that are left; of an ended grant, how often it was used. */
export function GrantLeft({ of: grant }: { of: Grant }) {
  const { max_uses, uses, uses_left, spend_delta_left, valid_from, valid_to, active } = grant;
  const now = useNow();
  if (!active)
    return <span className="text-sm text-ink-3">{uses === 0 ? "not used" : `used ${counted(uses, "time")}`}</span>;
  const [from, until] = [Date.parse(valid_from), Date.parse(valid_to)];
  return (
    <span className="flex items-center gap-2 text-sm text-ink-2">
      <Ring use={{ used: Math.max(0, now - from), cap: until - from }} label="The time that is over" />
      <Countdown until={valid_to} />
      {max_uses !== null && max_uses <= DOTS_MAX && <UsesLeft left={uses_left ?? 0} of={max_uses} />}
      {max_uses !== null && (
        <span>
          {uses_left} of {counted(max_uses, "use")}
        </span>
      )}
      {spend_delta_left !== null && <span>{shortUsd(spend_delta_left)}</span>}
    </span>
  );
}

export function RevokeGrant({ of: { id, active } }: { of: Grant }) {
  const [isOpen, setOpen] = useState(false);
  const denied = useDenied("governance:write");
  const revoke = useCommand({
    send: ({ governance }) => governance.revokeGrant({ id }),
    changes: ["governance"],
    done: "Grant revoked",
  });
  if (!active) return null;
  return (
    <>
      <Button size="small" className="relative z-1" denied={denied} onClick={() => setOpen(true)}>
        Revoke…
      </Button>
      <Confirm
        title="Revoke this grant?"
        action="Revoke"
        isDangerous
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={async () => (await revoke.run(undefined)) !== undefined}
      >
        It ends at once. What the agent changed with it stays, and is rolled back on the page of its request.
      </Confirm>
    </>
  );
}
