/** JSON as a tree with branches that open. Its texts come from agents. */
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { AgentText } from "./agent-text.tsx";
import { cx } from "./class-names.ts";
import { useCopy } from "./id.tsx";

/** Branches start open down to this depth, if they have at most `OPEN_ENTRIES_MAX` entries. */
const OPEN_DEPTH = 2;
const OPEN_ENTRIES_MAX = 12;
/** A button shows further entries. */
const ENTRIES_SHOWN = 50;

export function JsonTree({ value, label }: { value: unknown; label: string }) {
  const { copied, copy } = useCopy(JSON.stringify(value, null, 2) ?? "");
  if (value === null || value === undefined) return <p className="text-ink-3">Nothing.</p>;
  if (typeof value === "string") return <AgentText text={value} />;
  return (
    <section aria-label={label} className="group relative font-mono text-sm">
      <button
        type="button"
        onClick={copy}
        className="absolute top-0 right-0 rounded-sm bg-canvas px-1.5 font-sans text-xs text-ink-3 hover:text-ink"
      >
        {copied ? "Copied" : "Copy JSON"}
      </button>
      <Node value={value} depth={0} />
    </section>
  );
}

function Node({ value, depth, name }: { value: unknown; depth: number; name?: string }) {
  if (typeof value === "object" && value !== null) return <Branch value={value} depth={depth} name={name} />;
  return (
    <div className="flex min-w-0 gap-2 py-0.5 pl-5">
      <Name name={name} />
      <Leaf value={value} />
    </div>
  );
}

function Name({ name }: { name: string | undefined }) {
  return name === undefined ? null : (
    <bdi className="max-w-2/3 shrink-0 text-left text-ink-3 [overflow-wrap:anywhere]">{name.slice(0, 200)}:</bdi>
  );
}

function Leaf({ value }: { value: unknown }) {
  if (typeof value === "string") {
    return (
      <div className="min-w-0 grow">
        <AgentText text={value} isMono />
      </div>
    );
  }
  return <span className={value === null ? "text-ink-3" : "text-running"}>{String(value)}</span>;
}

function Branch({ value, depth, name }: { value: object; depth: number; name: string | undefined }) {
  const entries = Object.entries(value);
  const isList = Array.isArray(value);
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH && (depth === 0 || entries.length <= OPEN_ENTRIES_MAX));
  const [shown, setShown] = useState(ENTRIES_SHOWN);
  const count = `${entries.length} ${isList ? "item" : "field"}${entries.length === 1 ? "" : "s"}`;
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-6 items-center gap-1 rounded-sm hover:bg-hover"
      >
        <ChevronRight aria-hidden className={cx("size-4 text-ink-3 transition-transform", isOpen && "rotate-90")} />
        <Name name={name} />
        <span className="text-ink-3">{count}</span>
      </button>
      {isOpen && (
        <div className="ml-2 border-l border-line pl-2">
          {entries.slice(0, shown).map(([key, entry]) => (
            <Node key={key} name={key} value={entry} depth={depth + 1} />
          ))}
          {entries.length > shown && (
            <button
              type="button"
              className="py-1 pl-5 font-sans text-sm font-medium text-accent-ink hover:underline"
              onClick={() => setShown(shown + ENTRIES_SHOWN * 4)}
            >
              Show more of {entries.length}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
