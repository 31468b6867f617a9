/** Confirmations before a member gets a lower role or is removed. */
import type { GivenRole, Member } from "@bailiwick/sdk";
import { useCommand } from "../../data/command.ts";
import { useSession, withArticle } from "../../data/session.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { memberName, useSetRole } from "./member-line.tsx";
import { usePermissionTable } from "./own.ts";
import { lostBetween } from "./roles.ts";

interface LowerProps {
  member: Member;
  role: GivenRole;
  onClose: () => void;
}

export function LowerMember({ member, role, onClose }: LowerProps) {
  const setRole = useSetRole(member);
  const { data } = usePermissionTable();
  const lost = data ? lostBetween(data.items, member.role, role) : [];
  return (
    <Confirm
      title="Give a lower role?"
      action={`Make ${withArticle(role)}`}
      isOpen
      onClose={onClose}
      onConfirm={() => setRole(role)}
    >
      <p>
        <bdi className="font-medium break-words text-ink">{memberName(member)}</bdi> becomes {withArticle(role)}, and
        loses these permissions:
      </p>
      <ul className="mt-2 list-disc space-y-0.5 pl-5 text-sm">
        {lost.map((meaning) => (
          <li key={meaning}>{meaning}</li>
        ))}
      </ul>
    </Confirm>
  );
}

export function RemoveMember({ member, onClose }: { member: Member; onClose: () => void }) {
  const { workspace, user } = useSession();
  const { run } = useCommand({
    send: ({ members }, reason: string | undefined) =>
      members.remove({ id: workspace.id, user_id: member.user_id, reason }),
    changes: ["members", "invitations", "keys"],
    done: `${memberName(member)} is removed`,
  });
  const remove = async (reason: string | undefined) => {
    const isDone = (await run(reason)) !== undefined;
    // A person who removes themselves cannot see this workspace any more.
    if (isDone && member.user_id === user.id) location.assign("/inbox");
    return isDone;
  };
  return (
    <Confirm
      title="Remove this person?"
      action="Remove"
      isDangerous
      reason="optional"
      isOpen
      onClose={onClose}
      onConfirm={remove}
    >
      <p>
        <bdi className="font-medium break-words text-ink">{memberName(member)}</bdi> loses access to this workspace. The
        keys they created here and the invitations they sent end at once. Their past work stays visible. To return they
        need a new invitation.
      </p>
    </Confirm>
  );
}
