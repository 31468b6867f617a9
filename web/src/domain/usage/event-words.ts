/** Telemetry events in words: their types, and what each is about. */
import type { ObsEvent } from "@bailiwick/sdk";
import {
  Activity,
  Brain,
  CircleCheck,
  CirclePlay,
  Flag,
  Gauge,
  HeartPulse,
  type LucideIcon,
  TriangleAlert,
  Undo2,
  Wrench,
} from "lucide-react";
import { unitsOf } from "../../ui/time.tsx";
import { EVENT_WORDS, type EventType, isEventType } from "./event-types.ts";

const ICONS: Readonly<Record<EventType, LucideIcon>> = {
  llm_call: Brain,
  tool_call: Wrench,
  tool_result: Undo2,
  error: TriangleAlert,
  run_started: CirclePlay,
  run_finished: Flag,
  action_started: CirclePlay,
  action_finished: CircleCheck,
  metric: Gauge,
  heartbeat: HeartPulse,
};

/** A newer server may send other types. */
export function eventLook(type: string): { word: string; icon: LucideIcon } {
  return isEventType(type) ? { word: EVENT_WORDS[type], icon: ICONS[type] } : { word: type, icon: Activity };
}

/** The fields of a payload that name its tool, its failure or its subject; the first one that is there is shown. */
const NAMES = ["tool", "tool_name", "name", "task_title", "agent_status", "trigger"];
const FAULTS = ["message", "error_message", "error", "reason"];

/** Returns the subject of the event: its model, its tool, its failure. A text of an agent. */
export function aboutOf({ model, payload, status }: Pick<ObsEvent, "model" | "payload" | "status">): string {
  const textAt = (name: string) => {
    const value = payload[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const fault = faultOf({ payload, status });
  const name = model ?? NAMES.map(textAt).find(Boolean);
  return [name, fault].filter(Boolean).join(": ");
}

/** The server ends an attempt with this reason, which is no text of an agent. */
const LEASE_ENDED = "lease_expired";

/** The failure in words; undefined for an event that did not fail. */
export function faultOf(event: Pick<ObsEvent, "payload" | "status">): string | undefined {
  if (event.status !== "error") return undefined;
  const text = FAULTS.map((name) => event.payload[name]).find((value) => typeof value === "string" && value !== "") as
    | string
    | undefined;
  return text === LEASE_ENDED ? "The agent lost the lease of its attempt." : text;
}

/** Senders gather events for some seconds. */
const LATE_FROM_MS = 10_000;

/** `3d late` for an event that arrived long after it happened. */
export function latenessOf({ occurred_at, created_at }: Pick<ObsEvent, "occurred_at" | "created_at">) {
  const ms = Date.parse(created_at) - Date.parse(occurred_at);
  if (Math.abs(ms) < LATE_FROM_MS) return undefined;
  return `${unitsOf(Math.abs(ms) / 1_000)} ${ms > 0 ? "late" : "early"}`;
}

/** The address part of an event. A step of a task is found with the task. */
export function refOf({ id, source, task_id }: Pick<ObsEvent, "id" | "source" | "task_id">): string {
  return source === "task" && task_id !== null ? `${id}.${task_id}` : id;
}

export function readRef(ref: string): { id: string; task_id?: string } {
  const [id = "", task_id] = ref.split(".");
  return task_id === undefined ? { id } : { id, task_id };
}
