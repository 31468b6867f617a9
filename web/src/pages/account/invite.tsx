/** Inviting somebody by mail. */
import type { InvitationsCreateInput, InvitationsCreateOutput } from "@bailiwick/sdk";
import { useCommand } from "../../data/command.ts";
import { useSession } from "../../data/session.tsx";
import { SchemaForm } from "../../domain/forms/schema-form.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Snippet } from "../../ui/snippet.tsx";

interface InviteProps {
  onClose: () => void;
  onSent: (sent: InvitationsCreateOutput) => void;
  denied: string | undefined;
}

export function Invite({ onClose, onSent, denied }: InviteProps) {
  const { workspace } = useSession();
  const { run, isRunning, error } = useCommand({
    send: ({ invitations }, input: InvitationsCreateInput) => invitations.create(input),
    changes: ["invitations"],
    done: ({ email }) => `${email} is invited`,
    isQuiet: true,
  });
  const send = async (values: Record<string, unknown>) => {
    // The form has read them by the schema of this operation.
    const sent = await run({ ...values, id: workspace.id } as InvitationsCreateInput);
    if (!sent) return;
    onSent(sent);
    onClose();
  };
  return (
    <Dialog title="Invite somebody" width="small" isOpen onClose={onClose}>
      <SchemaForm
        operation="invitations.create"
        fields={["email", "role"]}
        hints={{
          email: "They get a mail with a link that is good for a week.",
          role: "Viewers see everything, members work, admins manage.",
        }}
        action="Send invitation"
        onSubmit={send}
        onCancel={onClose}
        isBusy={isRunning}
        error={error}
        denied={denied}
      />
    </Dialog>
  );
}

/** Where no mail is sent: whoever invites hands the link over. */
export function InvitationLink({ email, link, onClose }: { email: string; link: string; onClose: () => void }) {
  return (
    <Dialog title="The invitation's link" isOpen onClose={onClose}>
      <p className="mb-3 text-ink-2">
        This server sends no mail. Give this link to <bdi className="font-medium break-all text-ink">{email}</bdi>; it
        is shown this once, and works for that address alone.
      </p>
      <Snippet label="Link" text={link} />
    </Dialog>
  );
}
