/** Everything that waits for a person, as one list with the most urgent items first. Pure. */
import type { AwayAgent, TaskGap } from "@bailiwick/sdk";
import { asksPerson, isWithPeople, type TaskRow, waitsForChildren } from "../../data/tasks.ts";
import { type MessageItem, type MessageSources, messageItems } from "./message-items.ts";
import { type ReportItem, type Reports, reportsOf } from "./report-items.ts";

/** An agent that is away, paused or archived while tasks wait for it. */
export interface AwayItem {
  id: string;
  kind: "away";
  at: string;
  away: AwayAgent;
  /** Those of its tasks that are blocked, because their start was refused. */
  blocked: readonly TaskRow[];
}

/** A daily cap that leaves no room for the start of tasks, or a stop that forbids it. */
export interface HeldItem {
  id: string;
  kind: "capped" | "stopped";
  at: string;
  /** The id of the limit or of the stop. */
  causeId: string;
  gap: TaskGap;
  waiting: readonly TaskRow[];
}

/** Several tasks with the same question, or that failed for the same reason. */
export interface AlikeItem {
  id: string;
  kind: "alike";
  of: AskingItem["kind"];
  at: string;
  /** The question or the reason. */
  text: string;
  tasks: readonly TaskRow[];
}

export interface AskingItem {
  id: string;
  kind: "escalation" | "blocked" | "failed";
  at: string;
  task: TaskRow;
}

export type InboxItem =
  | AskingItem
  | AlikeItem
  | MessageItem
  | { id: string; kind: "gap"; at: string; task: TaskRow; gap: TaskGap }
  | AwayItem
  | HeldItem
  | ReportItem;

export type InboxKind = InboxItem["kind"];
export type InboxTab = "all" | "mine" | "blocked" | "waiting" | "snoozed";

export interface InboxSources extends Reports, MessageSources {
  blocked: readonly TaskRow[];
  failed: readonly TaskRow[];
  away: readonly AwayAgent[];
  /** The tasks that no agent can take for another reason. */
  gaps: readonly { task: TaskRow; gap: TaskGap }[];
}

/** The server counts up to this number of tasks for an agent. */
const COUNTED_MAX = 1_000;

export function waitingText(waiting: number): string {
  const count = waiting < COUNTED_MAX ? waiting : `${waiting} or more`;
  return waiting === 1 ? "1 task waits" : `${count} tasks wait`;
}

export function heldText({ kind, waiting }: HeldItem): string {
  return `${waitingText(waiting.length)} for ${kind === "capped" ? "room under a daily cap" : "a stop to be lifted"}`;
}

/** Decisions of a person come first, then causes that hold work, then news. */
const TIERS: Readonly<Record<InboxKind, number>> = {
  escalation: 0,
  overdue: 0,
  blocked: 0,
  question: 0,
  failed: 0,
  alike: 0,
  alert: 0,
  request: 0,
  action: 0,
  doubt: 0,
  webhook: 1,
  away: 1,
  capped: 1,
  stopped: 1,
  gap: 1,
  message: 2,
  stuck: 2,
  invitation: 3,
};

/** A decision that only a person can make. The badge counts these. */
export const isDecision = ({ kind }: InboxItem): boolean => TIERS[kind] === 0;

/** It holds work until a person or time ends it. */
export const isCause = ({ kind }: InboxItem): boolean => TIERS[kind] === 1;

/** A failed task leaves the inbox after this time. */
const FAILED_SHOWN_MS = 86_400_000;
/** The causes that end by themselves: the inbox does not list them. */
const LIFTED = /^(?:at_limit|pool_at_limit|throttled|backoff|dependencies|provider_capacity|waiting_for_approval)$/;
/** The causes that lie with the agent, so that its tasks have one row. */
const OF_AGENT = /^(?:agent_|provider_)/;

/** By tier, then deadline, then the number of waiting tasks, then the newest first. Each thing is listed once. */
export function inboxItems(sources: InboxSources): InboxItem[] {
  const reports = withRequests(causes(sources), reportsOf(sources));
  const all = [...taskItems(sources), ...messageItems(sources), ...reports];
  const sorted = all.sort((a, b) => compare(a, b));
  return [...new Map(sorted.toReversed().map((item) => [item.id, item])).values()].toReversed();
}

function compare(a: InboxItem, b: InboxItem): number {
  const byTier = TIERS[a.kind] - TIERS[b.kind];
  if (byTier !== 0) return byTier;
  const [one, other] = [dueOf(a) ?? NEVER, dueOf(b) ?? NEVER];
  if (one !== other) return one < other ? -1 : 1;
  const byWaiting = waitingOf(b) - waitingOf(a);
  return byWaiting !== 0 ? byWaiting : a.at === b.at ? 0 : a.at < b.at ? 1 : -1;
}

/** Sorts after every time. */
const NEVER = "~";

export function dueOf(item: InboxItem): string | null {
  if ("message" in item) return item.message.reply_by;
  if ("task" in item) return item.task.due_at;
  if ("request" in item) return item.request.expires_at;
  if (item.kind === "action") return item.action.expires_at;
  return "invitation" in item ? item.invitation.expires_at : null;
}

/** The number of tasks that wait for the item. */
function waitingOf(item: InboxItem): number {
  if (item.kind === "away") return item.away.waiting;
  if ("waiting" in item) return item.waiting.length;
  if ("request" in item) return item.held;
  return "task" in item ? (item.task.dependent_count ?? 0) : 0;
}

/** Returns the question after this item, or the first one when none follows. */
export function nextQuestion(items: readonly InboxItem[], id: string): InboxItem | undefined {
  const place = items.findIndex((item) => item.id === id);
  return [...items.slice(place + 1), ...items.slice(0, Math.max(0, place))].find(asksAnswer);
}

/** Its panel has a form for the answer. */
export function asksAnswer(item: InboxItem): boolean {
  if ("tasks" in item) return item.tasks.every(asksPerson);
  return "task" in item ? asksPerson(item.task) : item.kind === "question" || item.kind === "overdue";
}

/** An item of one task. */
export type TaskItem = Extract<InboxItem, { task: unknown }>;

export function hasQuestion(item: InboxItem): item is TaskItem {
  return "task" in item && asksPerson(item.task);
}

export function inTab(item: InboxItem, tab: Exclude<InboxTab, "snoozed">, userId: string): boolean {
  if (tab === "all") return true;
  if ("request" in item && item.held > 0 && tab !== "mine") return true;
  if (tab === "waiting") return /^(?:away|capped|stopped|gap)$/.test(item.kind);
  if (tab === "blocked")
    return /^(?:escalation|blocked|away|capped|stopped|gap)$/.test("of" in item ? item.of : item.kind);
  if ("tasks" in item) return item.tasks.some(({ created_by_user_id }) => created_by_user_id === userId);
  if ("message" in item) return item.message.to_user_id === userId;
  return "task" in item && item.task.created_by_user_id === userId;
}

function taskItems({ userId, nowMs, blocked, failed }: InboxSources): InboxItem[] {
  const isMine = ({ created_by_user_id, parent_task_id, finished_at, retried_by_task_id }: TaskRow) =>
    created_by_user_id === userId &&
    parent_task_id === null &&
    retried_by_task_id === undefined &&
    nowMs - Date.parse(finished_at ?? "") < FAILED_SHOWN_MS;
  return [
    ...blocked
      .filter((task) => !waitsForChildren(task) && !isCaused(task) && !LIFTED.test(task.blocked_reason?.code ?? ""))
      .map(blockedItem),
    ...failed.filter(isMine).map((task) => ({
      id: `task:${task.id}`,
      kind: "failed" as const,
      at: task.finished_at ?? task.updated_at,
      task,
    })),
  ];
}

/** A task whose start an agent, a cap or a stop refused waits for the same as a queued one. */
const isCaused = ({ blocked_reason: why }: TaskRow): boolean =>
  why !== null && (OF_AGENT.test(why.code) || (why.policy_id ?? why.stop_id) !== undefined);

function gapOf({ blocked_reason: why, updated_at }: TaskRow): TaskGap {
  return { code: "", reason: "", next_step: "", ...why, waiting_since: updated_at };
}

/** The tasks that wait for one agent have one row, and so have those that wait for one cap or one stop. */
function causes({ away, gaps, blocked }: InboxSources): InboxItem[] {
  const agents = new Map(away.map((one) => [one.agent_id, { away: { ...one }, blocked: NONE }]));
  const holds = new Map<string, HeldItem>();
  const rest: InboxItem[] = [];
  const held = blocked.filter(isCaused).map((task) => ({ task, gap: gapOf(task) }));
  for (const { task, gap } of [...gaps, ...held]) {
    const { assigned_to_agent_id: agent_id, status } = task;
    const { policy_id, stop_id: causeId = policy_id, waiting_since: at } = gap;
    if (LIFTED.test(gap.code)) continue;
    if (causeId !== undefined) {
      const [kind, word] = policy_id === undefined ? (["stopped", "stop"] as const) : (["capped", "limit"] as const);
      const known = holds.get(causeId) ?? { id: `${word}:${causeId}`, kind, at, causeId, gap, waiting: [] };
      holds.set(causeId, { ...known, waiting: [...known.waiting, task] });
    } else if (agent_id !== null && OF_AGENT.test(gap.code)) {
      const known = agents.get(agent_id) ?? { away: { agent_id, waiting: 0, gap }, blocked: NONE };
      known.away.waiting++;
      agents.set(agent_id, { ...known, blocked: status === "blocked" ? [...known.blocked, task] : known.blocked });
    } else rest.push({ id: `task:${task.id}`, kind: "gap", at, task, gap });
  }
  const paused = [...agents.values()].map(
    (one): InboxItem => ({ id: `agent:${one.away.agent_id}`, kind: "away", at: one.away.gap.waiting_since, ...one }),
  );
  return [...paused, ...holds.values(), ...rest];
}

const NONE: readonly TaskRow[] = [];

/** The tasks that wait for a limit whose change an agent requests are counted in the request, and have no row. */
function withRequests(causes: readonly InboxItem[], reports: readonly ReportItem[]): InboxItem[] {
  const held = new Map(causes.flatMap((item) => ("waiting" in item ? [[item.causeId, item.waiting.length]] : [])));
  const wanted = new Set(reports.flatMap((item) => ("request" in item ? [item.request.policy_id] : [])));
  return [
    ...causes.filter((item) => !("waiting" in item && wanted.has(item.causeId))),
    ...reports.map((item) => ("request" in item ? { ...item, held: held.get(item.request.policy_id) ?? 0 } : item)),
  ];
}

function blockedItem(task: TaskRow): InboxItem {
  return { id: `task:${task.id}`, kind: isWithPeople(task) ? "escalation" : "blocked", at: task.updated_at, task };
}
