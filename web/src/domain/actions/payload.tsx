/** The exact text that will run: each field of the payload as it is sent, and the hash of the whole. */
import type { AgentAction } from "@bailiwick/sdk";
import { useCopy } from "../../ui/id.tsx";
import { namesOf } from "./action-words.ts";

export function Payload({ of: { payload, payload_hash } }: { of: Pick<AgentAction, "payload" | "payload_hash"> }) {
  const { copied, copy } = useCopy(JSON.stringify(payload, null, 2));
  const names = namesOf(payload);
  return (
    <div className="max-w-4xl rounded border border-line bg-raised">
      <dl className="divide-y divide-line">
        {names.map((name) => (
          <div key={name} className="px-3 py-2">
            <dt className="text-xs text-ink-3 [overflow-wrap:anywhere]">
              <bdi>{name}</bdi>
            </dt>
            <dd className="font-mono text-sm whitespace-pre-wrap [overflow-wrap:anywhere]">
              {/* Nothing is cut: a person approves all of it. */}
              <bdi>{exactText(payload[name])}</bdi>
            </dd>
          </div>
        ))}
        {names.length === 0 && <p className="px-3 py-2 text-ink-3">It has no fields.</p>}
      </dl>
      <p className="flex min-w-0 items-center gap-2 border-t border-line px-3 py-1 text-xs text-ink-3">
        <span className="min-w-0 truncate font-mono">{payload_hash}</span>
        <button type="button" onClick={copy} className="ml-auto min-h-6 shrink-0 rounded-sm px-1.5 hover:text-ink">
          {copied ? "Copied" : "Copy JSON"}
        </button>
      </p>
    </div>
  );
}

/** Texts as they are, other values as JSON. */
function exactText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return text === "" ? "(empty)" : text;
}
