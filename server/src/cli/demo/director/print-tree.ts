/** Formats the tree of tasks with agents, status and times. */
import type { TaskItem } from "../../../../../sdk/src/index.ts";
import type { Paint, Style } from "./terminal.ts";
import { seconds, shorten } from "./words.ts";

const STYLES: Partial<Record<TaskItem["status"], Style>> = { completed: "green", failed: "red", canceled: "red" };

/** `names` are the names of the agents by id; `tasks` are the root and all tasks below it. */
export function treeLines(tasks: readonly TaskItem[], names: ReadonlyMap<string, string>, paint: Paint, width: number) {
  const root = tasks.find(({ parent_task_id }) => parent_task_id === null);
  if (!root) return [];
  const rows = rowsBelow(root, tasks, "", "").map(({ task, lead }) => [
    `${lead}${task.title}`,
    names.get(task.assigned_to_agent_id ?? "") ?? task.assigned_to_agent_id ?? "",
    task.status,
    String(task.attempt),
    task.started_at === null ? "" : `+${seconds(Date.parse(task.started_at) - Date.parse(root.created_at))}`,
    task.started_at === null || task.finished_at === null
      ? ""
      : seconds(Date.parse(task.finished_at) - Date.parse(task.started_at)),
  ]);
  return tableLines(["Task", "Agent", "Status", "Attempts", "Started", "Took"], rows, paint, width);
}

interface Row {
  task: TaskItem;
  /** The tree lines before the title. */
  lead: string;
}

function rowsBelow(task: TaskItem, tasks: readonly TaskItem[], lead: string, below: string): Row[] {
  const children = tasks.filter(({ parent_task_id }) => parent_task_id === task.id);
  const rows = children.flatMap((child, index) => {
    const isLast = index === children.length - 1;
    return rowsBelow(child, tasks, `${below}${isLast ? "└─ " : "├─ "}`, `${below}${isLast ? "   " : "│  "}`);
  });
  return [{ task, lead }, ...rows];
}

/** From this column on, values are numbers and aligned to the right. */
const FIRST_NUMBER = 3;
const GAP = "  ";

function tableLines(head: readonly string[], rows: readonly string[][], paint: Paint, width: number): string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const others = widths.slice(1).reduce((total, one) => total + one + GAP.length, GAP.length);
  widths[0] = Math.min(widths[0] ?? 0, Math.max(20, width - others));
  const cell = (text: string, column: number) => {
    const size = widths[column] ?? 0;
    return column >= FIRST_NUMBER ? text.padStart(size) : shorten(text, size).padEnd(size);
  };
  const line = (row: readonly string[], style: (text: string, column: number) => string) =>
    `${GAP}${row.map((text, column) => style(cell(text, column), column)).join(GAP)}`.trimEnd();
  return [
    line(head, (text) => paint("cyan", text)),
    ...rows.map((row) => line(row, (text, column) => paintCell(text, column, paint))),
  ];
}

function paintCell(text: string, column: number, paint: Paint): string {
  const value = text.trim();
  // A status that STYLES does not list has no colour.
  const status = STYLES[value as TaskItem["status"]];
  if (column === 2 && status) return paint(status, text);
  return column === FIRST_NUMBER && value !== "1" && value !== "0" ? paint("yellow", text) : text;
}
