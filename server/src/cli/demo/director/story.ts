/** Follows the facts of the run and describes each relevant one in a line. */
import type { Fact } from "../../../../../sdk/src/index.ts";
import { numberIn, textIn } from "./fact.ts";
import type { Style } from "./terminal.ts";
import { count, megabytes, shorten } from "./words.ts";

export interface StoryLine {
  at: string;
  who: string;
  what: string;
  style?: Style;
}

interface SeenTask {
  title: string;
  agentId: string;
  status: "open" | "completed" | "failed" | "canceled";
  done: number;
  of: number;
  bytes: number;
}

export interface Story {
  /** The root and all tasks below it, by id. */
  tasks: ReadonlyMap<string, SeenTask>;
  /** Describes a fact. Returns undefined for a fact of another run and for one that needs no line. */
  tell(fact: Fact): StoryLine | undefined;
  /** The progress in one line. */
  progress(): string;
}

const REASON_LENGTH_MAX = 160;
const ACTION_STEPS: Readonly<Record<string, string>> = {
  "action.proposed": "asks to send the report to the register outside",
  "action.approved": "approved the report",
  "action.rejected": "rejected the report",
  "action.executed": "sent the report to the register, once",
  "action.failed": "could not send the report",
  "action.canceled": "goes on without the register: nobody decided in time",
};

export function createStory(root: { id: string; title: string; agentId: string }, names: Map<string, string>): Story {
  const tasks = new Map<string, SeenTask>([[root.id, seenTask(root.title, root.agentId)]]);
  let plan: Plan | undefined;

  function tell(fact: Fact): StoryLine | undefined {
    if (fact.type === "message.sent") return tellMessage(fact);
    if (fact.subject.kind === "action") return tellAction(fact);
    const parent = textIn(fact, "parent_task_id");
    if (fact.type === "task.created" && parent !== undefined && tasks.has(parent)) {
      tasks.set(fact.subject.id, seenTask(textIn(fact, "title") ?? "", textIn(fact, "assigned_to_agent_id") ?? ""));
    }
    const isRoot = fact.subject.id === root.id;
    if (isRoot && fact.type === "task.progress") plan = planOf(fact);
    const task = tasks.get(fact.subject.id);
    if (task && fact.type === "task.escalated") return tellEscalation(fact, task);
    const line = task && (isRoot ? tellRoot(fact, task) : tellPart(fact, task));
    return line && { at: fact.created_at, who: nameOf(task.agentId), ...line };
  }

  function nameOf(id: string | undefined): string {
    return names.get(id ?? "") ?? "an agent";
  }

  /** Describes questions and answers about the tasks of this run. */
  function tellMessage(fact: Fact): StoryLine | undefined {
    const task = tasks.get(textIn(fact, "task_id") ?? "");
    if (!task) return undefined;
    const to = nameOf(textIn(fact, "to"));
    const what = textIn(fact, "in_reply_to") === undefined ? `wrote to ${to} about` : `answered ${to} about`;
    return { at: fact.created_at, who: nameOf(fact.actor.id), what: `${what} "${task.title}"`, style: "cyan" };
  }

  /** Describes the action of this run. The person who decides has no name here. */
  function tellAction(fact: Fact): StoryLine | undefined {
    const what = ACTION_STEPS[fact.type];
    if (what === undefined || !tasks.has(textIn(fact, "task_id") ?? "")) return undefined;
    const who = fact.actor.kind === "user" ? "you" : nameOf(tasks.get(root.id)?.agentId);
    return { at: fact.created_at, who, what, style: "cyan" };
  }

  function tellEscalation(fact: Fact, task: SeenTask): StoryLine {
    const who = nameOf(task.agentId);
    task.agentId = textIn(fact, "to_agent_id") ?? task.agentId;
    const reason = shorten(textIn(fact, "reason") ?? "no reason given", REASON_LENGTH_MAX);
    const what = `handed "${task.title}" up to ${nameOf(task.agentId)}: ${reason}`;
    return { at: fact.created_at, who, what, style: "yellow" };
  }

  function progress(): string {
    if (!plan) return "waiting for the supervisor";
    const completed = [...tasks.values()].filter(({ status }) => status === "completed").length;
    const read = [...tasks.values()].reduce((total, { done }) => total + done, 0);
    return `${completed} of ${count(plan.tasks, "task")} done, ${read} of ${count(plan.packages, "package")} read`;
  }

  return { tasks, tell, progress };
}

function seenTask(title: string, agentId: string): SeenTask {
  return { title, agentId, status: "open", done: 0, of: 0, bytes: 0 };
}

/** The supervisor's plan of the audit. */
interface Plan {
  packages: number;
  batches: number;
  /** The batches, the merging, the review and the audit itself. */
  tasks: number;
}

function planOf(fact: Fact): Plan {
  const [packages = 0, batches = 0] = [numberIn(fact, "packages"), numberIn(fact, "batches")];
  return { packages, batches, tasks: batches + 3 };
}

type Description = { what: string; style?: Style } | undefined;

function tellRoot(fact: Fact, task: SeenTask): Description {
  if (fact.type !== "task.progress") return tellStep(fact, task, "the audit");
  const { packages, batches } = planOf(fact);
  const note = textIn(fact, "note");
  const split = `found ${count(packages, "package")}: ${count(batches, "task")} for the workers, two for the specialist`;
  return { what: note === undefined ? split : `${split}; ${note}` };
}

function tellPart(fact: Fact, task: SeenTask): Description {
  if (fact.type === "task.progress") {
    task.done = numberIn(fact, "done") ?? task.done;
    task.of = numberIn(fact, "of") ?? task.of;
    task.bytes = numberIn(fact, "bytes") ?? task.bytes;
    return undefined;
  }
  return tellStep(fact, task, `"${task.title}"`);
}

function tellStep(fact: Fact, task: SeenTask, title: string): Description {
  const attempt = numberIn(fact, "attempt") ?? 1;
  const reason = shorten(textIn(fact, "reason") ?? "no reason given", REASON_LENGTH_MAX);
  switch (fact.type) {
    case "task.started":
      return attempt === 1
        ? { what: `started ${title}` }
        : { what: `started ${title} again, attempt ${attempt}`, style: "yellow" };
    case "task.completed":
    case "task.late_accepted":
      task.status = "completed";
      return { what: `completed ${title}${task.of > 0 ? sizeOf(task) : ""}`, style: "green" };
    case "task.lease_expired":
      task.done = 0;
      return { what: `lost its lease on ${title}, which is back in the queue`, style: "yellow" };
    case "task.retried":
      return { what: `failed at ${title} and will try again: ${reason}`, style: "yellow" };
    case "task.failed":
      task.status = "failed";
      return { what: `failed ${title}: ${reason}`, style: "red" };
    case "task.canceled":
      task.status = "canceled";
      return { what: `${title} was canceled: ${reason}`, style: "red" };
    default:
      return undefined;
  }
}

function sizeOf({ done, bytes }: SeenTask): string {
  return `: ${count(done, "package")}, ${megabytes(bytes)}`;
}
