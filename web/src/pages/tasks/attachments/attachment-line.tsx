/** One file: its name, type and size, a preview of a picture, download and removal. */
import type { Attachment } from "@bailiwick/sdk";
import { useState } from "react";
import { useCommand } from "../../../data/command.ts";
import { useSession } from "../../../data/session.tsx";
import { PersonName } from "../../../domain/actor-name.tsx";
import { AgentName } from "../../../domain/agents/agent-name.tsx";
import { dataUrlOf, mayPreview, saveFile } from "../../../domain/files/file-data.ts";
import { AgentLine } from "../../../ui/agent-text.tsx";
import { Button, ButtonRow } from "../../../ui/button.tsx";
import { bytesText } from "../../../ui/bytes-text.ts";
import { Time } from "../../../ui/time.tsx";

interface LineProps {
  attachment: Attachment;
}

export function AttachmentLine({ attachment }: LineProps) {
  const { name, content_type, bytes, created_at } = attachment;
  const [picture, setPicture] = useState<string>();
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <div className="min-w-0 grow">
          <AgentLine text={name} className="block truncate font-medium" />
          <p className="flex flex-wrap gap-x-2 text-sm text-ink-3">
            <span>{content_type}</span>
            <span>{bytesText(bytes)}</span>
            <Uploader attachment={attachment} />
            <Time at={created_at} />
          </p>
        </div>
        <ButtonRow>
          {mayPreview(attachment) && <PreviewButton attachment={attachment} picture={picture} onPicture={setPicture} />}
          <DownloadButton attachment={attachment} />
          <RemoveButton attachment={attachment} />
        </ButtonRow>
      </div>
      {picture !== undefined && (
        <img src={picture} alt={`Preview of ${name}`} className="mt-2 max-h-96 max-w-full rounded border border-line" />
      )}
    </>
  );
}

function Uploader({ attachment: { created_by_agent_id: agentId, created_by_user_id: userId } }: LineProps) {
  if (agentId !== null) return <AgentName id={agentId} />;
  return userId === null ? <span>a service</span> : <PersonName id={userId} />;
}

interface PreviewProps extends LineProps {
  picture: string | undefined;
  onPicture: (picture: string | undefined) => void;
}

function PreviewButton({ attachment: { id, content_type }, picture, onPicture }: PreviewProps) {
  const isShown = picture !== undefined;
  const { run, isRunning } = useCommand({
    send: async (client) => onPicture(await dataUrlOf(await client.attachments.download(id), content_type)),
  });
  const onClick = () => (isShown ? onPicture(undefined) : void run({}));
  return (
    <Button size="small" look="quiet" isBusy={isRunning} aria-expanded={isShown} onClick={onClick}>
      {isShown ? "Hide" : "Preview"}
    </Button>
  );
}

function DownloadButton({ attachment: { id } }: LineProps) {
  const { run, isRunning } = useCommand({ send: async (client) => saveFile(await client.attachments.download(id)) });
  return (
    <Button size="small" isBusy={isRunning} onClick={() => void run({})}>
      Download
    </Button>
  );
}

function RemoveButton({ attachment: { id, created_by_user_id: uploader } }: LineProps) {
  const { user, workspace } = useSession();
  const mayRemove = workspace.role === "owner" || workspace.role === "admin" || uploader === user.id;
  const { run, isRunning } = useCommand({
    send: (client) => client.attachments.delete({ id }),
    changes: ["attachments"],
    done: "File removed",
  });
  return (
    <Button
      size="small"
      look="danger"
      denied={mayRemove ? undefined : "Its uploader, an owner or an admin may do this."}
      isBusy={isRunning}
      onClick={() => void run({})}
    >
      Remove
    </Button>
  );
}
