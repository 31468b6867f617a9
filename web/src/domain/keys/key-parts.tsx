/** The parts of a key in the table, on a phone and in the detail of an agent. */
import type { Key } from "@bailiwick/sdk";
import { Ban, CircleCheck, Hourglass, RefreshCw } from "lucide-react";
import { useAgent } from "../../data/agents.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Countdown, Time, useNow } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { ActorName, PersonName } from "../actor-name.tsx";
import { AgentName } from "../agents/agent-name.tsx";
import { Chip } from "../status.tsx";
import { type KeyState, keyState } from "./key-state.ts";

const LOOKS = {
  usable: { tone: "completed", icon: CircleCheck, word: "Usable" },
  rotating: { tone: "running", icon: RefreshCw, word: "Rotating" },
  expired: { tone: "queued", icon: Hourglass, word: "Expired" },
  revoked: { tone: "queued", icon: Ban, word: "Revoked", isStruck: true },
} as const satisfies Record<KeyState, object>;

export const useKeyState = (key: Key): KeyState => keyState(key, useNow());

export function KeyStateChip({ of: key }: { of: Key }) {
  const state = useKeyState(key);
  return (
    <span className="inline-flex items-center gap-2">
      <Chip {...LOOKS[state]} isPlain />
      {isLimited(key, state) && (
        <Tip
          text={`The person responsible for it is a ${key.responsible_role} now, so it lacks ${key.lacks.join(", ")}. An admin can adopt it.`}
        >
          <span className="text-xs whitespace-nowrap text-ink-2">as {key.responsible_role}</span>
        </Tip>
      )}
      {state === "rotating" && key.previous_expires_at && (
        <span className="text-xs whitespace-nowrap text-ink-2 max-sm:hidden">
          old ends <Countdown until={key.previous_expires_at} />
        </span>
      )}
    </span>
  );
}

/** Returns whether the role of the responsible person takes permissions from the key. */
function isLimited({ lacks }: Key, state: KeyState): boolean {
  return (state === "usable" || state === "rotating") && lacks.length > 0;
}

/** The name of the key and its prefix. */
export function KeyTitle({ of: { name, prefix } }: { of: Key }) {
  return (
    <span className="flex min-w-0 flex-col items-start leading-4 *:max-w-full">
      <AgentLine text={name} className="truncate leading-5 font-medium" />
      <span className="truncate font-mono text-xs text-ink-3">{prefix}…</span>
    </span>
  );
}

/** The agent of the key, or its scopes. */
export function KeyReach({ of: { agent_id, scopes } }: { of: Key }) {
  if (agent_id) return <AgentName id={agent_id} />;
  const text = scopes.join(", ");
  return (
    <Tip text={text}>
      <span className="block truncate font-mono text-xs text-ink-2">{text}</span>
    </Tip>
  );
}

export function KeyMaker({ of: { created_by_user_id, created_by_key_id } }: { of: Key }) {
  if (created_by_key_id) return <ActorName actor={{ kind: "service", id: created_by_key_id }} />;
  return created_by_user_id ? <PersonName id={created_by_user_id} /> : <span className="text-ink-3">unknown</span>;
}

/** The key in two lines. `hasReach` is false where the agent is known. */
export function KeyLines({ of: key, hasReach = true }: { of: Key; hasReach?: boolean }) {
  // The key of an agent often has its name.
  const isNamed = useAgent(key.agent_id ?? "")?.name === key.name;
  return (
    <div className="min-w-0 grow space-y-1">
      <div className="flex min-w-0 items-center gap-2">
        <KeyTitle of={key} />
        <span className="ml-auto shrink-0">
          <KeyStateChip of={key} />
        </span>
      </div>
      <div className="flex min-w-0 items-center gap-3 text-sm text-ink-2">
        {hasReach && !isNamed && (
          <span className="flex min-w-0">
            <KeyReach of={key} />
          </span>
        )}
        <span className="whitespace-nowrap">
          used <Time at={key.last_used_at} empty="never" />
        </span>
        {key.expires_at && (
          <span className="whitespace-nowrap">
            ends <Time at={key.expires_at} />
          </span>
        )}
      </div>
    </div>
  );
}
