/** One person of the workspace. */
import type { Client, GivenRole, Member } from "@bailiwick/sdk";
import { UserMinus } from "lucide-react";
import { useCommand } from "../../data/command.ts";
import { useDenied, useSession, withArticle } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { Time } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { useRefreshMe } from "./own.ts";
import { isLower, ROLE_NAMES, ROLE_OPTIONS } from "./roles.ts";

export type MemberStep = { kind: "remove"; member: Member } | { kind: "lower"; member: Member; role: GivenRole };

export const memberName = ({ name, email }: Member): string => (name ?? email).slice(0, 100);

interface LineProps {
  member: Member;
  onChoose: (step: MemberStep) => void;
}

export function MemberLine({ member, onChoose }: LineProps) {
  const { user } = useSession();
  const { user_id, name, email, role, joined_at } = member;
  const forbidden = useDenied("members:write");
  const stays = role === "owner" ? "The owner of a workspace cannot be removed." : undefined;
  return (
    <div className="flex items-center gap-2 sm:gap-3">
      <div className="min-w-0 grow">
        <div className="flex min-w-0 items-center gap-2">
          <bdi className="truncate font-medium">{name ?? email}</bdi>
          {user_id === user.id && <span className="shrink-0 text-sm text-ink-3">you</span>}
        </div>
        <div className="flex min-w-0 flex-wrap gap-x-3 text-sm text-ink-3">
          {name !== null && <bdi className="truncate">{email}</bdi>}
          <span>
            joined <Time at={joined_at} />
          </span>
        </div>
      </div>
      <RoleChoice member={member} forbidden={forbidden} onChoose={onChoose} />
      <Button
        size="icon"
        look="quiet"
        label={`Remove ${memberName(member)}`}
        denied={forbidden ?? stays}
        onClick={() => onChoose({ kind: "remove", member })}
      >
        <UserMinus aria-hidden className="size-4" />
      </Button>
    </div>
  );
}

function RoleChoice({ member, forbidden, onChoose }: LineProps & { forbidden: string | undefined }) {
  const { role } = member;
  const setRole = useSetRole(member);
  const { workspace, workspaces } = useSession();
  const stays =
    workspace.role === "owner" && workspace.id === workspaces[0]?.id
      ? "This is your own workspace, and it stays yours."
      : "Transfer the ownership under Workspaces.";
  if (role === "owner" || forbidden !== undefined) {
    return (
      <Tip text={forbidden ?? stays}>
        <span tabIndex={0} className="w-28 shrink-0 rounded-sm px-2.5 text-sm text-ink-2">
          {ROLE_NAMES[role]}
        </span>
      </Tip>
    );
  }
  const choose = (next: GivenRole | "") => {
    if (next === "" || next === role) return;
    if (isLower(next, role)) onChoose({ kind: "lower", member, role: next });
    else void setRole(next);
  };
  return (
    <div className="w-28 shrink-0">
      <Select
        label={`Role of ${memberName(member)}`}
        isLabelHidden
        value={role}
        options={ROLE_OPTIONS}
        onChange={choose}
      />
    </div>
  );
}

/** Returns a function that sets the role and returns whether it succeeded. */
export function useSetRole(member: Member): (role: GivenRole) => Promise<boolean> {
  const { workspace, user } = useSession();
  const refreshMe = useRefreshMe();
  const options = {
    send: ({ members }: Client, role: GivenRole) => members.update({ id: workspace.id, user_id: member.user_id, role }),
    changes: ["members"],
  };
  const back = useCommand({ ...options, done: "Undone" });
  const { run } = useCommand({
    ...options,
    done: (now: Member) => `${memberName(now)} is ${withArticle(now.role)}`,
    undo: () => (member.role === "owner" ? undefined : undoTo(member.role)),
  });
  function undoTo(role: GivenRole) {
    return () => back.run(role);
  }
  return async (role) => {
    const isDone = (await run(role)) !== undefined;
    if (isDone && member.user_id === user.id) await refreshMe();
    return isDone;
  };
}
