/** Invites a person by mail. */
import type { InvitationsCreateInput, InvitationsCreateOutput } from "@bailiwick/sdk";
import { INVITATIONS_CREATE_INPUT } from "@bailiwick/sdk/inputs";
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
    // The form reads the values by the schema of this operation.
    const sent = await run({ ...values, id: workspace.id } as InvitationsCreateInput);
    if (!sent) return;
    onSent(sent);
    onClose();
  };
  return (
    <Dialog title="Invite a person" width="small" isOpen onClose={onClose}>
      <SchemaForm
        input={INVITATIONS_CREATE_INPUT}
        fields={["email", "role"]}
        initial={{ role: "member" }}
        isNew
        hints={{
          email:
            "The person gets a mail with a link that works for a week. If this server sends no mail, you get the link.",
          role: "Viewers read everything, members work, admins manage.",
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

/** Shows the link on a server that sends no mail, so that the person who invites can pass it on. */
export function InvitationLink({ email, link, onClose }: { email: string; link: string; onClose: () => void }) {
  return (
    <Dialog title="Link of the invitation" isOpen onClose={onClose}>
      <div className="space-y-3">
        <p className="text-ink-2">
          This server sends no mail. Give this link to <bdi className="font-medium break-all text-ink">{email}</bdi>. It
          is shown only now and works only for that address.
        </p>
        <Snippet label="Link" text={link} />
        <p className="text-ink-2">To sign in, the person also needs a link that the operator prints:</p>
        <Snippet label="Command" text={`bailiwick sign-in-link ${email}`} />
      </div>
    </Dialog>
  );
}
