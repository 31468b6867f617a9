/** A task keeps its input unchanged, so a stored answer names the task instead of repeating the input. */
import { CUT_LENGTH_MIN, type KeptValues, type Path } from "../kernel/cut-answer.ts";
import { readInputs } from "./store/tasks.ts";

/** The depth of the deepest task in any answer. */
const DEPTH_MAX = 2;

export const keptInputs: KeptValues = {
  find(output) {
    const found: { path: Path; row: string }[] = [];
    look(output, [], found);
    return found;
  },
  read: readInputs,
};

function look(value: unknown, path: Path, found: { path: Path; row: string }[]): void {
  if (value === null || typeof value !== "object" || path.length > DEPTH_MAX) return;
  if ("input" in value && "id" in value && "root_task_id" in value) {
    const { id, input } = value;
    if (typeof id === "string" && isLarge(input)) found.push({ path: [...path, "input"], row: id });
    return;
  }
  const isList = Array.isArray(value);
  for (const [name, own] of Object.entries(value)) look(own, [...path, isList ? Number(name) : name], found);
}

function isLarge(input: unknown): boolean {
  return input !== null && input !== undefined && JSON.stringify(input).length >= CUT_LENGTH_MIN;
}
