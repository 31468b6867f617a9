/** The tools of an MCP server as a person accepted them, and those that the server has changed since then. */
import type { PinnedTool } from "@bailiwick/sdk";
import { CircleCheck, CircleSlash, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useList } from "../../data/list.ts";
import { useDenied } from "../../data/session.tsx";
import { Chip } from "../../domain/status.tsx";
import { AgentLine, AgentText } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Diff } from "../../ui/diff.tsx";
import { JsonTree } from "../../ui/json-tree.tsx";
import { AllFacts } from "../../ui/sentence.tsx";
import { ShortList } from "../../ui/short-list.tsx";

const LOOKS = {
  pinned: { tone: "completed", icon: CircleCheck, word: "Accepted" },
  changed: { tone: "blocked", icon: TriangleAlert, word: "Changed, look at it" },
  gone: { tone: "queued", icon: CircleSlash, word: "Gone" },
} as const;
const PAGE_SIZE = 50;

export function Tools({ id }: { id: string }) {
  const list = useList<PinnedTool>({
    key: ["connections", "tools", id],
    page: ({ connections }, at, call) => connections.listTools({ ...at, id }, call),
    idOf: ({ name }) => name,
    pageSize: PAGE_SIZE,
  });
  return (
    <ShortList
      label="Tools"
      list={list}
      idOf={({ name }) => name}
      empty="No tool is known yet. Test the connection, so that its tools are read."
    >
      {(tool) => <Tool of={tool} connectionId={id} />}
    </ShortList>
  );
}

function Tool({ of: tool, connectionId }: { of: PinnedTool; connectionId: string }) {
  const { name, state, description, payload_schema, seen } = tool;
  const [isOpen, setOpen] = useState(false);
  const denied = useDenied("connections:write");
  return (
    <div className="min-w-0 space-y-1">
      <div className="flex min-w-0 items-center gap-3">
        <AgentLine text={name} className="truncate font-mono text-sm font-medium" />
        <span className="ml-auto shrink-0">
          <Chip {...LOOKS[state]} isPlain />
        </span>
        {seen !== null && (
          <Button size="small" denied={denied} onClick={() => setOpen(true)}>
            Review…
          </Button>
        )}
      </div>
      <div className="text-sm text-ink-2">
        <AgentText text={description} />
      </div>
      <AllFacts label="The shape of its payload">
        <JsonTree label="shape of the payload" value={payload_schema} />
      </AllFacts>
      {isOpen && seen !== null && (
        <Review of={tool} seen={seen} connectionId={connectionId} onClose={() => setOpen(false)} />
      )}
    </div>
  );
}

interface ReviewProps {
  of: PinnedTool;
  seen: NonNullable<PinnedTool["seen"]>;
  connectionId: string;
  onClose: () => void;
}

function Review({ of: { name, state: _, seen: __, ...before }, seen, connectionId, onClose }: ReviewProps) {
  const { digest, ...after } = seen;
  const denied = useDenied("connections:write");
  const accept = useCommand({
    // With the digest, exactly the change that the person saw is accepted.
    send: ({ connections }) => connections.acceptTools({ id: connectionId, tools: [{ name, digest }] }),
    changes: ["connections", "actions"],
    isQuiet: true,
    done: "Tool accepted",
  });
  return (
    <Dialog title="The server changed this tool" isOpen onClose={onClose}>
      <div className="space-y-3">
        <p className="text-ink-2">
          Agents cannot propose <AgentLine text={name} className="font-mono text-sm" /> until you accept it. Its
          standing rules have ended.
        </p>
        <Diff before={before} after={after} />
        <CommandFault error={accept.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            denied={denied}
            isBusy={accept.isRunning}
            onClick={() => void accept.run(undefined).then((done) => done && onClose())}
          >
            Accept the change
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
