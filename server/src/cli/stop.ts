/** `bailiwick stop`, `stops` and `lift`: what people need in a hurry, in words. */
import type { Config, Environment } from "../runtime/config.ts";
import type { Stop } from "../stops/schema.ts";
import { type CallOptions, call } from "./call.ts";
import { UsageError } from "./failure.ts";
import { printable } from "./printable.ts";

interface Flags extends Omit<CallOptions, "query"> {
  json?: true;
}
export interface StopFlags extends Flags {
  reason: string;
  agent?: string;
  tree?: string;
  what?: string;
  drill?: true;
}
export interface ListFlags extends Flags {
  all?: true;
}
export interface LiftFlags extends Flags {
  reason: string;
  what?: string;
}
type ReadConfig = () => Config;

/** Returns the text to print. */
export async function stop(readConfig: ReadConfig, env: Environment, flags: StopFlags): Promise<string> {
  const { agent, tree, reason, drill } = flags;
  if (agent !== undefined && tree !== undefined) throw new UsageError("Give --agent or --tree, not both.");
  const target = agent ?? tree;
  const scope = target === undefined ? "workspace" : agent === undefined ? "tree" : "agent";
  const input = { scope, id: target, what: partsOf(flags.what), reason, drill };
  return shown(await run(readConfig, env, flags, "stops.create", input), flags, stopText);
}

/** Returns the text to print. */
export async function stops(readConfig: ReadConfig, env: Environment, flags: ListFlags): Promise<string> {
  const text = await run(readConfig, env, flags, "stops.list", flags.all ? {} : { in_force: true });
  return shown(text, flags, ({ items }: { items: Stop[] }) =>
    items.length === 0 ? "Nothing is stopped." : items.map(stopText).join("\n\n"),
  );
}

/** Returns the text to print. */
export async function lift(readConfig: ReadConfig, env: Environment, id: string, flags: LiftFlags): Promise<string> {
  const input = { id, what: partsOf(flags.what), reason: flags.reason };
  return shown(await run(readConfig, env, flags, "stops.lift", input), flags, stopText);
}

function run(readConfig: ReadConfig, env: Environment, { url, key, workspace }: Flags, name: string, input: object) {
  return call(readConfig, env, name, ["--json", JSON.stringify(input)], { url, key, workspace });
}

/** The output of `call` is the JSON of the operation's output. */
function shown<T>(json: string, flags: Flags, words: (output: T) => string): string {
  return flags.json ? json : words(JSON.parse(json) as T);
}

function partsOf(text: string | undefined): string[] | undefined {
  return text
    ?.split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function stopText(stop: Stop): string {
  const { id, reason, drill, in_force, running_count, confirmed_count, waiting_count } = stop;
  const lines = [`${titleOf(stop)}: ${printable(reason)}`];
  if (drill) lines.push(`It would ask ${tasks(running_count)} to stop, and ${tasks(waiting_count)} would wait.`);
  else {
    lines.push(`${confirmed_count} of ${tasks(running_count)} that ran are confirmed; ${tasks(waiting_count)} waited.`);
    if (in_force.length > 0)
      lines.push(`In force: ${in_force.join(", ")}.`, `Lift it: bailiwick lift ${id} --reason …`);
  }
  return lines.join("\n");
}

function titleOf({ scope, agent_id, root_task_id, drill, in_force }: Stop): string {
  const target = scope === "workspace" ? "the workspace" : `${scope} ${agent_id ?? root_task_id}`;
  if (drill) return `Drill for ${target}`;
  return in_force.length === 0 ? `Lifted stop of ${target}` : `Stopped ${target}`;
}

const tasks = (count: number) => `${count} ${count === 1 ? "task" : "tasks"}`;
