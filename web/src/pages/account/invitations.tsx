/** The open and earlier invitations to the workspace. */
import { INVITATION_STATUSES, type Invitation } from "@bailiwick/sdk";
import { Ban, CircleCheck, Hourglass, type LucideIcon, MailQuestion, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useSession } from "../../data/session.tsx";
import { PersonName } from "../../domain/actor-name.tsx";
import { Chip } from "../../domain/status.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Setting } from "../../ui/setting.tsx";
import { ShortList } from "../../ui/short-list.tsx";
import { Time } from "../../ui/time.tsx";
import { Filter } from "../../ui/toolbar.tsx";
import { ROLE_NAMES } from "./roles.ts";

const LOOKS: Record<
  Invitation["status"],
  { tone: "queued" | "running" | "completed"; icon: LucideIcon; word: string }
> = {
  open: { tone: "running", icon: MailQuestion, word: "Open" },
  accepted: { tone: "completed", icon: CircleCheck, word: "Accepted" },
  revoked: { tone: "queued", icon: Ban, word: "Revoked" },
  replaced: { tone: "queued", icon: RefreshCw, word: "Replaced" },
  expired: { tone: "queued", icon: Hourglass, word: "Expired" },
};
const PAGE_SIZE = 25;

export function Invitations({ isForbidden }: { isForbidden: boolean }) {
  if (!isForbidden) return <InvitationList />;
  return (
    <Setting title="Invitations">
      <p className="text-sm text-ink-3">Only an admin sees the invitations.</p>
    </Setting>
  );
}

function InvitationList() {
  const { workspace } = useSession();
  const [status, setStatus] = useState<Invitation["status"]>();
  const [revoked, setRevoked] = useState<Invitation>();
  const list = useList({
    key: ["invitations", "list", { status }],
    page: (client, at, call) => client.invitations.list({ ...at, id: workspace.id, status }, call),
    idOf: ({ id }) => id,
    pageSize: PAGE_SIZE,
  });
  return (
    <Setting
      title="Invitations"
      about={
        <Filter
          name="State"
          value={status}
          options={INVITATION_STATUSES.map((value) => ({ value, label: LOOKS[value].word }))}
          onChange={setStatus}
        />
      }
    >
      <ShortList
        label="Invitations"
        list={list}
        idOf={({ id }) => id}
        empty={status ? "No invitation is in this state." : "No invitations yet."}
      >
        {(invitation) => <InvitationLine invitation={invitation} onRevoke={() => setRevoked(invitation)} />}
      </ShortList>
      {revoked && <Revoke invitation={revoked} onClose={() => setRevoked(undefined)} />}
    </Setting>
  );
}

function InvitationLine({ invitation, onRevoke }: { invitation: Invitation; onRevoke: () => void }) {
  const { email, role, status, invited_by_user_id, created_at, expires_at, ended_at } = invitation;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <div className="min-w-48 grow basis-0">
        <bdi className="block truncate">{email}</bdi>
        <div className="flex flex-wrap gap-x-3 text-sm text-ink-3">
          <span>as {ROLE_NAMES[role].toLowerCase()}</span>
          <span className="inline-flex gap-1">
            by <PersonName id={invited_by_user_id} isInside />
          </span>
          <span>
            sent <Time at={created_at} />
          </span>
          {status === "open" && (
            <span>
              ends <Time at={expires_at} />
            </span>
          )}
          {ended_at && status !== "open" && (
            <span>
              {LOOKS[status].word.toLowerCase()} <Time at={ended_at} />
            </span>
          )}
        </div>
      </div>
      <Chip {...LOOKS[status]} isPlain />
      {status === "open" && (
        <Button size="small" label={`Revoke the invitation of ${email}`} onClick={onRevoke}>
          Revoke
        </Button>
      )}
    </div>
  );
}

function Revoke({ invitation: { id, email }, onClose }: { invitation: Invitation; onClose: () => void }) {
  const { workspace } = useSession();
  const { run } = useCommand({
    send: ({ invitations }) => invitations.revoke({ id: workspace.id, invitation_id: id }),
    changes: ["invitations"],
    done: `The invitation of ${email} is revoked`,
  });
  return (
    <Confirm
      title="Revoke the invitation?"
      action="Revoke"
      isDangerous
      isOpen
      onClose={onClose}
      onConfirm={async () => (await run(undefined)) !== undefined}
    >
      <p>
        The link of <bdi className="font-medium break-all text-ink">{email}</bdi> stops working. You can send another
        invitation.
      </p>
    </Confirm>
  );
}
