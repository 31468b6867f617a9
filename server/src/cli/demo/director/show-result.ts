/** Prints the result of the run: the report, the tasks with their agents, and the number of facts. */
import type { Client, Task, TaskItem } from "../../../../../sdk/src/index.ts";
import { parse, Report } from "../../../demo/packages/shapes.ts";
import { reportLines } from "./print-report.ts";
import { treeLines } from "./print-tree.ts";
import type { Audited } from "./run-audit.ts";
import type { Terminal } from "./terminal.ts";
import { count } from "./words.ts";

const PAGE_SIZE = 200;
/** The most pages that are read: other callers may write to the workspace too. */
const PAGES_MAX = 100;

export async function showResult(client: Client, audited: Audited, path: string, terminal: Terminal): Promise<void> {
  const { paint, width, print } = terminal;
  const { root, names, made, recoveredId } = audited;
  const tasks = await treeOf(client, root);
  const facts = await countFacts(
    client,
    new Set([...made.ids, ...tasks.map(({ id }) => id)]),
    made.since ?? root.created_at,
  );
  const report = parse(Report, root.output, "The result of the audit");
  print("", ...reportLines(report, path, paint, width));
  print("", paint("bold", "Who did what"), "", ...treeLines(tasks, names, paint, width));
  print("", `  ${recoveryOf(tasks, recoveredId, names)}`);
  print(`  ${paint("bold", count(facts, "fact"))} in the audit log, each committed together with its change.`);
}

/** Returns the root and all tasks below it, in the order of their creation. */
async function treeOf(client: Client, { id }: Task): Promise<TaskItem[]> {
  const tasks: TaskItem[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await client.tasks.list({ root_task_id: id, order: "asc", limit: PAGE_SIZE, cursor });
    tasks.push(...page.items);
    if (page.next_cursor === null) return tasks;
    cursor = page.next_cursor;
  }
}

function recoveryOf(tasks: readonly TaskItem[], id: string | undefined, names: ReadonlyMap<string, string>): string {
  const task = tasks.find((one) => one.id === id);
  if (!task) return "No worker was killed in mid-task: there was too little to do.";
  const who = names.get(task.assigned_to_agent_id ?? "") ?? "the worker";
  return `"${task.title}" survived the death of ${who}: its result is that of attempt ${task.result_of_attempt}.`;
}

/** Counts the facts of the run's tasks, keys and new agents. None of these subjects is older than `since`. */
async function countFacts(client: Client, subjects: ReadonlySet<string>, since: string): Promise<number> {
  let facts = 0;
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { items, next_cursor } = await client.audit.list({ from: since, limit: PAGE_SIZE, cursor });
    facts += items.filter(({ subject }) => subjects.has(subject.id)).length;
    if (next_cursor === null) break;
    cursor = next_cursor;
  }
  return facts;
}
