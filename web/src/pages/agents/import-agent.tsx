/** Creates an agent from a file, after a preview. */
import type { AgentsImportInput } from "@bailiwick/sdk";
import { useNavigate } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { useId, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { describeError } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { Avatar } from "../../domain/agents/agent-name.tsx";
import { TYPE_WORDS } from "../../domain/agents/agent-words.ts";
import { NoRoom, type Room } from "../../domain/room.tsx";
import { AgentLine, AgentText } from "../../ui/agent-text.tsx";
import { Button, ButtonRow, buttonClass } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { FactLine, Facts } from "../../ui/page.tsx";
import { CONFIG_FIELDS } from "./form-words.ts";
import { FILE_BYTES_MAX, type ReadDocument, readDocument } from "./import-document.ts";

interface Chosen {
  fileName: string;
  read: ReadDocument;
}

export function ImportAgent({ room, onClose }: { room: Room | undefined; onClose: () => void }) {
  const navigate = useNavigate();
  const denied = useDenied("agents:write") ?? room?.full;
  const [chosen, setChosen] = useState<Chosen>();
  const { run, isRunning, error, reset } = useCommand({
    send: ({ agents }, document: AgentsImportInput) => agents.import(document),
    changes: ["agents", "tiers"],
    done: ({ name }) => `${name.slice(0, 60)} imported`,
    isQuiet: true,
  });
  const document = chosen?.read.ok ? chosen.read.document : undefined;
  const take = async () => {
    const agent = document && (await run(document));
    if (agent) void navigate({ to: "/agents", search: { open: agent.id } });
  };
  const why = chosen && !chosen.read.ok ? chosen.read.why : error && faultText(error);
  return (
    <Dialog title="Import an agent" isOpen onClose={onClose}>
      <NoRoom why={denied} />
      <p className="mb-3 text-ink-2">A JSON file from “Export”, of this or another workspace. It holds no secrets.</p>
      <FileInput
        fileName={chosen?.fileName}
        onFile={async (file) => {
          reset();
          setChosen({ fileName: file.name, read: await readFile(file) });
        }}
      />
      {why && (
        <p role="alert" className="mt-3 rounded bg-failed-soft px-3 py-2 text-sm break-words text-failed">
          {why}
        </p>
      )}
      {document && <Preview document={document} />}
      <div className="mt-5 flex justify-end">
        <ButtonRow>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            denied={denied ?? (document ? undefined : "Choose a file first.")}
            isBusy={isRunning}
            onClick={() => void take()}
          >
            Import agent
          </Button>
        </ButtonRow>
      </div>
    </Dialog>
  );
}

function faultText(error: NonNullable<ReturnType<typeof useCommand>["error"]>): string {
  const fields = error.errors.map(({ path, message }) => `${path.slice(1)} ${message}`).join(" ");
  return fields || describeError(error).detail;
}

async function readFile(file: File): Promise<ReadDocument> {
  if (file.size > FILE_BYTES_MAX) return { ok: false, why: "This file is larger than any exported agent." };
  return readDocument(await file.text());
}

interface FileInputProps {
  fileName: string | undefined;
  onFile: (file: File) => void;
}

function FileInput({ fileName, onFile }: FileInputProps) {
  const id = useId();
  return (
    <div className="flex items-center gap-3">
      <label
        htmlFor={id}
        className={buttonClass(
          "plain",
          "medium",
          "focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent-ink",
        )}
      >
        <FileUp aria-hidden className="size-4" />
        {fileName ? "Choose another file" : "Choose a file"}
        <input
          id={id}
          type="file"
          accept="application/json,.json"
          className="sr-only"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            // Reset the input, so that the same file can be chosen again after a change.
            target.value = "";
            if (file) onFile(file);
          }}
        />
      </label>
      <bdi className="min-w-0 truncate text-sm text-ink-2">{fileName ?? "No file chosen"}</bdi>
    </div>
  );
}

function Preview({ document }: { document: AgentsImportInput }) {
  const { name, avatar_emoji, description, agent_type } = document;
  return (
    <section aria-label="Preview" className="mt-4 rounded border border-line p-4">
      <div className="mb-3 flex items-center gap-2">
        <Avatar emoji={typeof avatar_emoji === "string" ? avatar_emoji : undefined} />
        <AgentLine text={name} className="truncate font-medium" />
      </div>
      <Facts>
        <FactLine name="Type">{TYPE_WORDS[agent_type ?? "direct"] ?? String(agent_type).slice(0, 100)}</FactLine>
        <FactLine name="Description">
          {typeof description === "string" && description ? <AgentText text={description} /> : "None"}
        </FactLine>
        {CONFIG_FIELDS.map((config) => (
          <FactLine key={config} name={config}>
            {fieldsOf(document[config])}
          </FactLine>
        ))}
        {typeof document.exported_at === "string" && (
          <FactLine name="Exported">{document.exported_at.slice(0, 40)}</FactLine>
        )}
      </Facts>
    </section>
  );
}

function fieldsOf(config: unknown) {
  const names = typeof config === "object" && config !== null ? Object.keys(config) : [];
  return names.length === 0 ? (
    <span className="text-ink-3">Empty</span>
  ) : (
    <AgentLine text={names.join(", ")} className="break-words" />
  );
}
