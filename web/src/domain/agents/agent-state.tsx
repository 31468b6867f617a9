/** The state of an agent in one word, from its status, its cap, its presence and its work. */
import type { Agent, Headroom } from "@bailiwick/sdk";
import { Gauge, Octagon } from "lucide-react";
import { usePresence } from "../../data/presence.ts";
import { useStopOf } from "../../data/stops.ts";
import { clockText, useNow } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { capText, capUseText } from "../limits/cap-words.ts";
import { AgentStatus, Presence } from "../status.tsx";
import { silenceOf } from "./silence.ts";

interface RowProps {
  row: Pick<Agent, "id" | "status" | "parked" | "delivery">;
  cap: Headroom | undefined;
}

export function AgentState({ row, cap }: RowProps) {
  const presence = usePresence(row.id);
  if (row.status === "active" && !presence) return <span className="text-sm text-ink-3">unknown</span>;
  return <StateWord agent={{ ...row, presence }} cap={cap} />;
}

interface StateProps {
  agent: Pick<Agent, "id" | "status"> & {
    /** The server sends tasks to the agent, so it need not call. */
    delivery?: Agent["delivery"] | undefined;
    presence: Agent["presence"] | undefined;
    /** Its model provider refuses it until a time. */
    parked?: Agent["parked"] | undefined;
  };
  /** The cap that refuses its starts. */
  cap?: Headroom | undefined;
  /** `full`: with the time of a silence and the number of held tasks. `tight`: the tip says them. */
  size?: "tight" | "row" | "full";
}

export function StateWord({ agent: { id, status, presence, parked, delivery }, cap, size = "row" }: StateProps) {
  const stop = useStopOf(id);
  if (stop && status !== "archived") return <Stopped running={presence?.current_tasks ?? 0} reason={stop.reason} />;
  if (status !== "active" || !presence) return <AgentStatus status={status} isPlain />;
  if (cap) return <Capped cap={cap} />;
  if (parked && parked.fallback_model === null) return <Parked parked={parked} size={size} />;
  const { state, current_tasks } = presence;
  const isThere = state === "online" || delivery === "push";
  if (state !== "online" && current_tasks > 0) return <Silent presence={presence} size={size} />;
  return (
    <span className={`${LINE} text-ink-2`}>
      {/* An agent without a task has finished and left, which is no problem. */}
      <Presence state={isThere ? "online" : "offline"} hasWord={false} />
      {!isThere ? "Offline" : current_tasks > 0 ? "Working" : "Ready"}
    </span>
  );
}

const LINE = "inline-flex h-5 items-center gap-1.5 align-middle text-sm whitespace-nowrap";

/** A stop comes before all else. Its running tasks have the request to end. */
function Stopped({ running, reason }: { running: number; reason: string }) {
  return (
    <Tip text={reason}>
      <span className={`${LINE} font-medium text-failed`}>
        <Octagon aria-hidden className="size-3.5 shrink-0" strokeWidth={2} />
        {running > 0 ? `Stopping ${running}` : "Stopped"}
      </span>
    </Tip>
  );
}

/** It comes before the presence: an agent without room looks well and starts nothing. */
function Capped({ cap }: { cap: Headroom }) {
  return (
    <Tip text={`${capText(cap)}: ${capUseText(cap)}`}>
      <span className={`${LINE} font-medium text-failed`}>
        <Gauge aria-hidden className="size-3.5 shrink-0" strokeWidth={2} />
        Cap used up
      </span>
    </Tip>
  );
}

interface ParkedProps {
  parked: NonNullable<Agent["parked"]>;
  size: NonNullable<StateProps["size"]>;
}

function Parked({ parked: { code, until }, size }: ParkedProps) {
  const word = code === "provider_quota" ? "No quota" : "No capacity";
  return (
    <Tip text={`${word} at its model provider until ${clockText(until)}`}>
      <span className={`${LINE} font-medium text-blocked`}>
        <Gauge aria-hidden className="size-3.5 shrink-0" strokeWidth={2} />
        {word}
        {size === "full" && ` until ${clockText(until)}`}
      </span>
    </Tip>
  );
}

function Silent({ presence, size }: { presence: Agent["presence"]; size: NonNullable<StateProps["size"]> }) {
  const { short, full } = silenceOf(presence, useNow()) ?? { short: "Silent", full: "Silent" };
  return (
    <Tip text={size === "full" ? undefined : full}>
      <span className={`${LINE} font-medium text-blocked`}>
        <Presence state="stale" hasWord={false} />
        {size === "full" ? full : size === "row" ? short : "Silent"}
      </span>
    </Tip>
  );
}
