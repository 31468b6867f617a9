/** Runs one audit as the owner: from creating the crew's keys to revoking them. */
import { BailiwickError, type Client, type Task } from "../../../../../sdk/src/index.ts";
import type { AuditInput } from "../../../demo/packages/shapes.ts";
import { DemoError, explain } from "./error.ts";
import { type Feed, openFeed } from "./feed.ts";
import { followAudit } from "./follow-audit.ts";
import { cancelLeftovers } from "./leftovers.ts";
import { type CrewProcess, type Surroundings, startProcess } from "./processes.ts";
import { connectRegister, type Register } from "./register.ts";
import { createRoster, type Member } from "./roster.ts";
import type { Terminal } from "./terminal.ts";
import { count } from "./words.ts";

export interface AuditOptions {
  client: Client;
  workers: number;
  surroundings: Surroundings;
  terminal: Terminal;
  /** Ends the audit early, with the reason. */
  stop: AbortController;
  /** The person who gets the question of the supervisor. */
  askedId?: string | undefined;
  /** The keys of the crew have no expiry: they end with the key that creates them. */
  keysEndWithOurs?: boolean;
  onRoot?: (root: Task) => void;
  /** Returns the address at which a person decides about the report. */
  decideAt?: (() => Promise<string>) | undefined;
  /** The register on this machine to which the supervisor may report. */
  register?: Register | undefined;
}

export interface Audited {
  root: Task;
  /** The names of the agents, by id. */
  names: Map<string, string>;
  /** The task that a second process took over from the killed one. */
  recoveredId: string | undefined;
  /** The agents and keys that the run created. */
  made: { ids: string[]; since: string | undefined };
}

/** After success and failure alike, no process runs, no task is open and no key is valid. */
export async function runAudit(options: AuditOptions): Promise<Audited> {
  const { client, stop, terminal } = options;
  const roster = createRoster(client, { keysEndWithOurs: options.keysEndWithOurs });
  const processes: CrewProcess[] = [];
  let open: Task | undefined;
  let connectionId: string | undefined;
  try {
    const members = await roster.hire(options.workers);
    await clearAway(options, members);
    const feed = openFeed(client, stop.signal);
    await feed.opened;
    processes.push(...members.map((member) => start(member, options)));
    introduce(terminal, processes);
    connectionId =
      options.register && (await connectRegister(client, options.register, agentOf(members, "supervisor")));
    open = await createRoot(options, members, connectionId);
    options.onRoot?.(open);
    const names = new Map(members.map(({ agentId, name }) => [agentId, name]));
    if (options.askedId !== undefined) names.set(options.askedId, "you");
    const recoveredId = await watch(options, open, { feed, names, processes });
    const root = await client.tasks.get({ id: open.id });
    open = undefined;
    if (root.status !== "completed")
      throw new DemoError(`The audit was not completed but ${root.status}. The lines above give the reason.`);
    return { root, names, recoveredId, made: roster.made() };
  } finally {
    terminal.status("");
    if (open) await cleanUp(terminal, "cancel the audit", cancelRoot(client, open));
    await Promise.all(processes.map((one) => one.stop()));
    if (connectionId)
      await cleanUp(terminal, "disconnect the register", client.connections.disconnect({ id: connectionId }));
    await cleanUp(terminal, "revoke the keys", roster.dismiss());
  }
}

function start(member: Member, { surroundings, stop }: AuditOptions): CrewProcess {
  return startProcess(member, surroundings, (error) => stop.abort(error));
}

async function clearAway({ client, terminal, stop }: AuditOptions, members: readonly Member[]): Promise<void> {
  const supervisor = agentOf(members, "supervisor");
  terminal.status("  Looking for audits of an earlier demo");
  const canceled = await cancelLeftovers(client, supervisor, stop.signal);
  terminal.status("");
  if (canceled > 0) terminal.print(`  Canceled ${count(canceled, "audit")} of an earlier demo.`);
}

function introduce({ print, paint }: Terminal, processes: readonly CrewProcess[]): void {
  print(`  ${paint("cyan", "Crew      ")}${count(processes.length, "process", "processes")}, each with its own key:`);
  for (const { member, pid } of processes)
    print(`            ${member.name.padEnd(18)}${paint("dim", `process ${pid}`)}`);
}

async function createRoot(
  { client, surroundings, askedId }: AuditOptions,
  members: readonly Member[],
  connectionId: string | undefined,
): Promise<Task> {
  const input: AuditInput = {
    path: surroundings.path,
    worker_agent_ids: members.filter(({ role }) => role === "worker").map(({ agentId }) => agentId),
    specialist_agent_id: agentOf(members, "specialist"),
    ...(askedId !== undefined && { asked_user_id: askedId }),
    ...(connectionId !== undefined && { register_connection_id: connectionId }),
  };
  const title = "Audit the installed packages";
  return client.tasks.create({ title, assigned_to_agent_id: agentOf(members, "supervisor"), input });
}

function agentOf(members: readonly Member[], role: Member["role"]): string {
  const member = members.find((one) => one.role === role);
  if (!member) throw new DemoError(`The crew has no ${role}.`);
  return member.agentId;
}

interface Scene {
  feed: Feed;
  names: Map<string, string>;
  processes: CrewProcess[];
}

/** The second worker is killed, or the first if there is only one. */
async function watch(
  options: AuditOptions,
  root: Task,
  { feed, names, processes }: Scene,
): Promise<string | undefined> {
  const workers = processes.filter(({ member }) => member.role === "worker");
  const victim = workers[1] ?? workers[0];
  if (!victim) throw new DemoError("The crew has no worker.");
  const replace = () => {
    const next = start(victim.member, options);
    processes.push(next);
    return next;
  };
  const { decideAt } = options;
  const recoveredId = await followAudit(options.terminal, feed, { root, names, victim, replace, decideAt });
  options.stop.signal.throwIfAborted();
  return recoveredId;
}

async function cancelRoot(client: Client, { id }: Task): Promise<void> {
  try {
    await client.tasks.cancel({ id, reason: "The demo was stopped." });
  } catch (error) {
    // The audit may just have ended by itself.
    if (!(error instanceof BailiwickError) || error.code !== "illegal_step") throw error;
  }
}

/** Only prints a failure: leases and keys end by themselves, and the caller's error explains why the demo ended. */
async function cleanUp({ print }: Terminal, what: string, work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => print(`Could not ${what}: ${explain(error)}`));
}
