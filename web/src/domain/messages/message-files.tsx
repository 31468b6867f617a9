/** The files that a message names, each with its name and a click to download it. */
import { Paperclip } from "lucide-react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { bytesText } from "../../ui/bytes-text.ts";
import { saveFile } from "../files/file-data.ts";

export function MessageFiles({ ids }: { ids: readonly string[] }) {
  return (
    <ul aria-label="Files of the message" className="mt-1 flex flex-wrap gap-2">
      {ids.map((id) => (
        <li key={id} className="max-w-full">
          <MessageFile id={id} />
        </li>
      ))}
    </ul>
  );
}

function MessageFile({ id }: { id: string }) {
  const { data, error } = useRead(["attachments", "get", id], (client, call) => client.attachments.get({ id }, call));
  const { run, isRunning } = useCommand({ send: async (client) => saveFile(await client.attachments.download(id)) });
  if (!data) return <span className="text-sm text-ink-3">{error ? "A file that was removed" : "A file"}</span>;
  return (
    <Button size="small" className="max-w-full" isBusy={isRunning} onClick={() => void run({})}>
      <Paperclip aria-hidden className="size-4 shrink-0" />
      <AgentLine text={data.name} className="truncate" />
      <span className="text-ink-3">{bytesText(data.bytes)}</span>
    </Button>
  );
}
