/** Events of a task as parts of sentences. Pure. Payloads come from the server and from agents. */
import type { TaskEvent } from "@bailiwick/sdk";

/** A text, an agent, or another task. */
export type Part = string | { agent: string } | { task: string };

export interface EventText {
  /** Replaces the actor, where the server acted. */
  actor?: Part;
  /** The parts after the name of the actor. */
  parts: readonly Part[];
  /** The reason or the result, in the words of an agent or a person. */
  words?: string | undefined;
}

type Payload = Record<string, unknown>;

export function textOfEvent(event: TaskEvent): EventText {
  const { event_type, payload } = event;
  const words = text(payload.reason);
  switch (event_type) {
    case "created":
      return { parts: ["created it", ...to("for", payload.assigned_to_agent_id), ...ofTask(payload.retry_of)] };
    case "assigned":
      return { parts: ["assigned it", ...fromTo(payload)], words };
    case "started":
      return { parts: [`started attempt ${count(payload.attempt)}`] };
    case "progress":
      return { parts: ["reported progress"], words: text(payload.message) ?? text(payload.note) };
    case "tool_call":
      return { parts: [`called ${toolOf(payload) ?? "a tool"}`] };
    case "tool_result":
      return { parts: [`got the result of ${toolOf(payload) ?? "a tool"}`] };
    case "completed":
      return { parts: ["completed it"], words: text(payload.output_summary) };
    case "failed":
      return failed(payload);
    case "released":
      return { parts: ["handed it back to the queue"], words };
    case "retried":
      return { parts: [`failed attempt ${count(payload.attempt)}; another attempt follows`], words };
    case "escalated":
      return escalated(payload);
    case "blocked":
      return { parts: [payload.previous_status === "running" ? "blocked it" : "was kept from starting it"], words };
    case "unblocked":
      return { parts: ["queued it again, because the block is gone"] };
    case "canceled":
      return { parts: ["canceled it"], words };
    case "lease_expired":
      return { ...lostBy(payload), parts: [`lost the lease of attempt ${count(payload.attempt)}`] };
    case "late_result":
      return { parts: [`tried to ${text(payload.step) ?? "end"} it too late; its result was kept`], words };
    case "overdue":
      return { actor: "The task", parts: ["is overdue"] };
    default:
      return event_type satisfies never;
  }
}

function failed(payload: Payload): EventText {
  if (payload.reason === "lease_expired") return { parts: ["failed it: the lease of its last attempt was lost"] };
  return { parts: ["failed it"], words: text(payload.reason) };
}

function escalated(payload: Payload): EventText {
  const words = text(payload.reason);
  if (typeof payload.to_agent_id === "string") return { parts: ["escalated it", ...fromTo(payload)], words };
  return {
    parts: ["escalated it", ...to("from", payload.from_agent_id), "to people, because there is no supervisor"],
    words,
  };
}

const lostBy = ({ agent_id }: Payload): Pick<EventText, "actor"> =>
  typeof agent_id === "string" ? { actor: { agent: agent_id } } : {};

const fromTo = (payload: Payload): Part[] => [...to("from", payload.from_agent_id), ...to("to", payload.to_agent_id)];
const to = (word: string, agent: unknown): Part[] => (typeof agent === "string" ? [word, { agent }] : []);
const ofTask = (task: unknown): Part[] => (typeof task === "string" ? ["as a retry of", { task }] : []);
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const count = (value: unknown): string => (typeof value === "number" ? String(value) : "");
const toolOf = ({ tool, name, tool_name }: Payload): string | undefined =>
  (text(tool) ?? text(tool_name) ?? text(name))?.slice(0, 100);

export interface Progress {
  /** From 0 to 1. */
  share: number;
  label: string;
}

/** Reads `{done, total}`, `{done, of}`, `{percent}` or `{progress}`; other payloads have no progress. */
export function progressOf({ done, total, of, percent, progress }: Payload): Progress | undefined {
  const all = isNumber(total) ? total : of;
  if (isNumber(done) && isNumber(all) && all > 0) {
    return { share: clamp(done / all), label: `${done.toLocaleString("en-US")} of ${all.toLocaleString("en-US")}` };
  }
  if (isNumber(percent)) return { share: clamp(percent / 100), label: `${Math.round(clamp(percent / 100) * 100)} %` };
  if (isNumber(progress) && progress >= 0 && progress <= 1) {
    return { share: progress, label: `${Math.round(progress * 100)} %` };
  }
  return undefined;
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const clamp = (share: number): number => Math.min(1, Math.max(0, share));

const DETAILS: ReadonlySet<TaskEvent["event_type"]> = new Set(["progress", "tool_call", "tool_result"]);

export interface StoryLine {
  event: TaskEvent;
  /** The number of events before it that only the full story shows. */
  folded: number;
}

/** Returns the main events, and only the last report between two of them. */
export function compactStory(events: readonly TaskEvent[]): StoryLine[] {
  const lines: StoryLine[] = [];
  for (const event of events) {
    const last = lines.at(-1);
    const isMore = DETAILS.has(event.event_type) && last && DETAILS.has(last.event.event_type);
    if (isMore) lines[lines.length - 1] = { event, folded: last.folded + 1 };
    else lines.push({ event, folded: 0 });
  }
  return lines;
}
