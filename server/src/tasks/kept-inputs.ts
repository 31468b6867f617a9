/** The inputs of tasks in answers: the task keeps its input unchanged, so that a stored answer only names the task. */
import { CUT_LENGTH_MIN, type KeptValues, type Path } from "../kernel/cut-answer.ts";
import { readInputs } from "./store/inputs.ts";

/** A list of an answer, a task in it, and the task of a heartbeat lie no deeper. */
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
