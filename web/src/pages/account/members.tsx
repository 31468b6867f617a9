/** The people of the workspace, and who is invited to it. */
import type { InvitationsCreateOutput, Member } from "@bailiwick/sdk";
import { UserPlus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useList } from "../../data/list.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { ShortList } from "../../ui/short-list.tsx";
import { Invitations } from "./invitations.tsx";
import { LowerMember, RemoveMember } from "./member-dialogs.tsx";
import { MemberLine, type MemberQuestion } from "./member-line.tsx";
import { useTier } from "./own.ts";

const Invite = lazy(() => import("./invite.tsx").then(({ Invite }) => ({ default: Invite })));
const InvitationLink = lazy(() => import("./invite.tsx").then(({ InvitationLink }) => ({ default: InvitationLink })));
const PAGE_SIZE = 50;

export function Members() {
  const { workspace } = useSession();
  const list = useList<Member>({
    key: ["members", "list"],
    page: (client, at, call) => client.members.list({ ...at, id: workspace.id }, call),
    idOf: ({ user_id }) => user_id,
    pageSize: PAGE_SIZE,
  });
  const [asked, setAsked] = useState<MemberQuestion>();
  const [isInviting, setInviting] = useState(false);
  const [sent, setSent] = useState<InvitationsCreateOutput>();
  const { data: tier } = useTier();
  const forbidden = useDenied("members:write");
  const single =
    tier && !tier.limits.multi_workspace_enabled
      ? `This workspace is on the ${tier.tier_name} tier, which is for one person; other people come with the agency tier.`
      : undefined;
  const denied = forbidden ?? single;
  const close = () => setAsked(undefined);
  return (
    <>
      <Section
        title="People"
        about={
          <Button size="small" denied={denied} onClick={() => setInviting(true)}>
            <UserPlus aria-hidden className="size-3.5" />
            Invite
          </Button>
        }
      >
        {denied && <p className="mb-3 text-sm text-ink-3">{denied}</p>}
        <ShortList label="People" list={list} idOf={({ user_id }) => user_id} empty="Nobody was found.">
          {(member) => <MemberLine member={member} onAsk={setAsked} />}
        </ShortList>
      </Section>
      <Invitations isForbidden={forbidden !== undefined} />
      {asked?.kind === "lower" && <LowerMember member={asked.member} role={asked.role} onClose={close} />}
      {asked?.kind === "remove" && <RemoveMember member={asked.member} onClose={close} />}
      <Suspense>
        {isInviting && <Invite onClose={() => setInviting(false)} onSent={setSent} denied={denied} />}
        {sent?.dev_link && (
          <InvitationLink email={sent.email} link={sent.dev_link} onClose={() => setSent(undefined)} />
        )}
      </Suspense>
    </>
  );
}
