/** The members of the workspace and the invitations to it. */
import type { InvitationsCreateOutput, Member } from "@bailiwick/sdk";
import { UserPlus } from "lucide-react";
import { Suspense, useState } from "react";
import { useList } from "../../data/list.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Setting } from "../../ui/setting.tsx";
import { ShortList } from "../../ui/short-list.tsx";
import { Approvals } from "./approvals.tsx";
import { Invitations } from "./invitations.tsx";
import { LowerMember, RemoveMember } from "./member-dialogs.tsx";
import { MemberLine, type MemberStep } from "./member-line.tsx";
import { useTier } from "./own.ts";
import { RoleTable } from "./role-table.tsx";

const Invite = lazyPart(() => import("./invite.tsx"), "Invite");
const InvitationLink = lazyPart(() => import("./invite.tsx"), "InvitationLink");
const PAGE_SIZE = 50;

export function Members() {
  const { workspace } = useSession();
  const list = useList<Member>({
    key: ["members", "list"],
    page: (client, at, call) => client.members.list({ ...at, id: workspace.id }, call),
    idOf: ({ user_id }) => user_id,
    pageSize: PAGE_SIZE,
  });
  const [step, setStep] = useState<MemberStep>();
  const [isInviting, setInviting] = useState(false);
  const [sent, setSent] = useState<InvitationsCreateOutput>();
  const { data: tier } = useTier();
  const forbidden = useDenied("members:write");
  const single =
    tier && !tier.limits.multi_workspace_enabled
      ? `This workspace is on the ${tier.tier_name} tier, which allows one person. The agency tier allows other people.`
      : undefined;
  const denied = forbidden ?? single;
  const close = () => setStep(undefined);
  useHotkeys([{ keys: "c", label: "Invite a person", denied, run: () => setInviting(true) }]);
  return (
    <>
      <Setting
        title="People"
        about={
          <Button size="small" denied={denied} onClick={() => setInviting(true)}>
            <UserPlus aria-hidden className="size-3.5" />
            Invite
          </Button>
        }
      >
        {denied && <p className="mb-3 text-sm text-ink-3">{denied}</p>}
        <ShortList label="People" list={list} idOf={({ user_id }) => user_id} empty="No members.">
          {(member) => <MemberLine member={member} onChoose={setStep} />}
        </ShortList>
      </Setting>
      <Approvals />
      <Invitations isForbidden={forbidden !== undefined} />
      <RoleTable />
      {step?.kind === "lower" && <LowerMember member={step.member} role={step.role} onClose={close} />}
      {step?.kind === "remove" && <RemoveMember member={step.member} onClose={close} />}
      <Suspense>
        {isInviting && <Invite onClose={() => setInviting(false)} onSent={setSent} denied={denied} />}
        {sent?.dev_link && (
          <InvitationLink email={sent.email} link={sent.dev_link} onClose={() => setSent(undefined)} />
        )}
      </Suspense>
    </>
  );
}
