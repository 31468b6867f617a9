/**
 * A new key, shown once: the key, how to use it, and a warning before it is gone. The key is in this dialog and in the
 * state of the component that opened it, and nowhere else: in no address, cache, storage or log.
 */
import type { KeysCreateOutput, KeysRotateOutput } from "@bailiwick/sdk";
import { Check, Copy, TriangleAlert } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { notify } from "../../data/notices.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { copyText } from "../../ui/id.tsx";
import { Time } from "../../ui/time.tsx";

export interface NewKeyProps {
  created: KeysCreateOutput | KeysRotateOutput;
  onClose: () => void;
}

export function NewKey({ created, onClose }: NewKeyProps) {
  const [isCopied, setCopied] = useState(false);
  const [isWarned, setWarned] = useState(false);
  const { key, kind, name } = created;
  const close = () => (isCopied || isWarned ? onClose() : setWarned(true));
  const onCopied = () => setCopied(true);
  return (
    <Dialog title="Copy this key now" isOpen onClose={close}>
      {/* Copying by hand counts as well. */}
      <div className="space-y-4" onCopy={onCopied}>
        <p className="text-ink-2">
          <AgentLine text={name} className="font-medium break-words text-ink" /> is ready. The key is shown only now;
          anyone who has it can act {kind === "agent" ? "as the agent" : "with all its scopes"}.
        </p>
        {"previous_expires_at" in created && <Overlap until={created.previous_expires_at} />}
        <Copyable label="Key" text={key} isPrimary onCopied={onCopied} />
        <Uses created={created} onCopied={onCopied} />
        {isWarned && !isCopied && (
          <p role="alert" className="flex gap-2 rounded bg-blocked-soft px-3 py-2 text-sm text-blocked">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
            You have not copied the key. After you close this dialog nobody can see it again, and you have to rotate it.
          </p>
        )}
        <div className="flex justify-end">
          <Button look={isCopied ? "primary" : "plain"} onClick={close}>
            {isCopied ? "Done" : isWarned ? "Close without copying" : "Done"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function Overlap({ until }: { until: string | null }) {
  return (
    <p className="text-sm text-ink-2">
      {until === null ? (
        "The previous secret has ended."
      ) : (
        <>
          The previous secret stays valid; it ends <Time at={until} />.
        </>
      )}
    </p>
  );
}

/** A first read for each kind of key. */
const FIRST_READ = { agent: "/api/agents/me", service: "/api/auth/me" } as const;

function Uses({ created: { key, kind }, onCopied }: { created: NewKeyProps["created"]; onCopied: () => void }) {
  const { origin } = location;
  const curl = `curl -H "Authorization: Bearer ${key}" ${origin}${FIRST_READ[kind]}`;
  const claude = `claude mcp add --transport http bailiwick ${origin}/mcp --header "Authorization: Bearer ${key}"`;
  const codex = `[mcp_servers.bailiwick]\nurl = "${origin}/mcp"\nbearer_token_env_var = "BAILIWICK_KEY"`;
  return (
    <>
      <Copyable label="Try it" text={curl} onCopied={onCopied}>
        Returns the identity of the key.
      </Copyable>
      <Copyable label="Claude Code" text={claude} onCopied={onCopied}>
        Gives an agent in Claude Code the tools of Bailiwick, over MCP.
      </Copyable>
      <Copyable label="Codex: in ~/.codex/config.toml" text={codex} onCopied={onCopied}>
        The same for Codex.
      </Copyable>
      <Copyable
        label="Codex: in the terminal that starts it"
        text={`export BAILIWICK_KEY=${key}`}
        onCopied={onCopied}
      />
    </>
  );
}

interface CopyableProps {
  label: string;
  text: string;
  onCopied: () => void;
  isPrimary?: boolean;
  children?: ReactNode;
}

function Copyable({ label, text, onCopied, isPrimary = false, children }: CopyableProps) {
  const id = useId();
  const [isCopied, setCopied] = useState(false);
  const copy = () =>
    void copyText(text).then(
      () => {
        setCopied(true);
        onCopied();
      },
      () =>
        notify({
          title: "This browser did not allow the page to copy.",
          detail: "Select the text and copy it by hand.",
        }),
    );
  return (
    <div>
      <div className="mb-1 flex items-end gap-2">
        <div className="min-w-0 grow">
          <p id={id} className="text-sm font-medium">
            {label}
          </p>
          {children && <p className="text-sm text-ink-3">{children}</p>}
        </div>
        <Button
          size="small"
          look={isPrimary && !isCopied ? "primary" : "plain"}
          aria-describedby={id}
          autoFocus={isPrimary}
          onClick={copy}
        >
          {isCopied ? <Check aria-hidden className="size-3.5" /> : <Copy aria-hidden className="size-3.5" />}
          {isCopied ? "Copied" : "Copy"}
        </Button>
      </div>
      <code className="block rounded bg-hover px-3 py-2 font-mono text-sm break-all whitespace-pre-wrap select-all">
        {text}
      </code>
    </div>
  );
}
