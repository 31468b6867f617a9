/** Tasks and agents that the command menu finds by a part of their name, by their id, or after a verb: "pause codex". */
import type { Agent, Client, Task } from "@bailiwick/sdk";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue } from "react";
import { useAgents } from "../data/agents.ts";
import { useCommand } from "../data/command.ts";
import { useRead } from "../data/query.ts";
import { useDenied } from "../data/session.tsx";
import { stateDenied } from "../domain/agents/agent-steps.ts";
import { STATUS_WORDS } from "../domain/agents/agent-words.ts";
import { TASK_LOOKS } from "../domain/status.tsx";
import { relative } from "../ui/time.tsx";
import type { Choice, Group } from "./choice.ts";
import { ranked } from "./ranked.ts";

const FOUND_MAX = 8;
/** The best name may not be that of the newest agent. */
const READ_MAX = 50;
/** A shorter text would match almost everything. */
const SEARCHED_LENGTH_MIN = 2;
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const VERB = /^(pause|resume|message)(?:\s+(.*))?$/i;

type Verb = "pause" | "resume" | "message";

interface Typed {
  verb: Verb | undefined;
  /** The text after the verb. */
  q: string;
  id: string | undefined;
}

/** Reads a verb or an id in the typed text. */
export function typedIn(text: string): Typed {
  const [, verb, rest = ""] = VERB.exec(text) ?? [];
  const q = verb === undefined ? text : rest.trim();
  // The pattern has no other verb.
  return {
    verb: verb?.toLowerCase() as Verb | undefined,
    q: q.slice(0, 200),
    id: ID.test(q) ? q.toLowerCase() : undefined,
  };
}

export function useFound(text: string): { found: Group[]; isSearching: boolean } {
  const typed = typedIn(useDeferredValue(text));
  const tasks = useFoundTasks(typed);
  const agents = useFoundAgents(typed);
  const verbs = useVerbs(typed, agents.rows);
  return {
    found: [
      { value: "Do", items: verbs },
      { value: "Tasks", items: tasks.items },
      { value: "Agents", items: typed.verb ? [] : agents.items },
    ],
    isSearching: tasks.isFetching || agents.isFetching,
  };
}

/** Reads one thing by its id, or those whose name has the text. */
function useSearch<Row>(area: "tasks" | "agents", { q, id, verb }: Typed, read: Reads<Row>) {
  const isWanted = q.length >= SEARCHED_LENGTH_MIN || (area === "agents" && verb !== undefined);
  const one = useRead<Row[]>([area, "found", id], async (client) => [await read.get(client, id ?? "")], {
    enabled: id !== undefined,
  });
  const some = useRead<Row[]>([area, "search", q], (client) => read.list(client, q), {
    enabled: isWanted && id === undefined,
    keep: true,
  });
  const shown = id === undefined ? some : one;
  return { rows: (isWanted && shown.data) || [], isFetching: shown.isFetching };
}

interface Reads<Row> {
  get: (client: Client, id: string) => Promise<Row>;
  list: (client: Client, q: string) => Promise<Row[]>;
}

type FoundTask = Pick<Task, "id" | "title" | "status" | "assigned_to_agent_id" | "updated_at">;

function useFoundTasks(typed: Typed) {
  const navigate = useNavigate();
  const names = new Map(useAgents().rows.map(({ id, name }) => [id, name]));
  const { q, verb, id: byId } = typed;
  const isOff = verb !== undefined;
  const { rows, isFetching } = useSearch<FoundTask>("tasks", isOff ? { ...typed, q: "", id: undefined } : typed, {
    get: (client, id) => client.tasks.get({ id }),
    list: async (client, text) => (await client.tasks.list({ q: text, limit: FOUND_MAX })).items,
  });
  const isMore = rows.length === FOUND_MAX && byId === undefined;
  const count = useRead(["tasks", "count", { q }], (client, call) => client.tasks.count({ q }, call), {
    enabled: isMore,
  });
  const items: Choice[] = rows.map(({ id, title, status, assigned_to_agent_id, updated_at }) => ({
    id,
    label: title,
    who: names.get(assigned_to_agent_id ?? ""),
    detail: `${TASK_LOOKS[status].word.toLowerCase()} · ${relative(Date.parse(updated_at), Date.now())}`,
    run: () => void navigate({ to: "/tasks/$id", params: { id } }),
  }));
  const total = count.data?.total;
  const all: Choice = {
    id: "all tasks",
    label: total === undefined ? "All of them in Tasks" : `All ${total.toLocaleString("en-US")} in Tasks`,
    run: () => void navigate({ to: "/tasks", search: { q, status: "all" } }),
  };
  return { items: isMore ? [...items, all] : items, isFetching };
}

type FoundAgent = Pick<Agent, "id" | "name" | "status">;

function useFoundAgents(typed: Typed) {
  const navigate = useNavigate();
  const { rows, isFetching } = useSearch<FoundAgent>("agents", typed, {
    get: (client, id) => client.agents.get({ id }),
    list: async (client, q) => {
      const { items } = await client.agents.list({ limit: READ_MAX, ...(q && { q }) });
      return ranked(items, q, ({ name }) => name).slice(0, FOUND_MAX);
    },
  });
  const items: Choice[] = rows.map(({ id, name, status }) => ({
    id,
    label: name,
    detail: STATUS_WORDS[status],
    run: () => void navigate({ to: "/agents/$id", params: { id } }),
  }));
  return { rows, items, isFetching };
}

/** The verb for each found agent; without a verb, what can be done with the only one found. */
function useVerbs({ verb, q }: Typed, agents: readonly FoundAgent[]): Choice[] {
  const navigate = useNavigate();
  const mayChange = useDenied("agents:write");
  const mayWrite = useDenied("messages:write");
  const takeStep = useStep();
  const choiceOf = (agent: FoundAgent, what: Verb): Choice => {
    const { id, name } = agent;
    if (what === "message") {
      const search = { write: "yes", to_agent_id: id } as const;
      const run = () => void navigate({ to: "/messages", search });
      return { id: `message ${id}`, label: `Message ${name}`, denied: mayWrite, run };
    }
    const label = `${what === "pause" ? "Pause" : "Resume"} ${name}`;
    return { id: `${what} ${id}`, label, denied: mayChange ?? stateDenied(agent, what), run: () => takeStep(what, id) };
  };
  if (verb) return agents.map((agent) => choiceOf(agent, verb));
  const [only, ...others] = agents;
  if (!only || others.length > 0 || q === "") return [];
  return [choiceOf(only, only.status === "paused" ? "resume" : "pause"), choiceOf(only, "message")];
}

function useStep(): (step: "pause" | "resume", id: string) => void {
  const command = useCommand({
    send: ({ agents }, { step, id }: { step: "pause" | "resume"; id: string }) => agents[step]({ id }),
    changes: ["agents"],
    done: ({ name }, { step }) => `${name.slice(0, 60)} ${step === "pause" ? "paused" : "resumed"}`,
    undo:
      (_, { step, id }) =>
      () =>
        back.run({ step: step === "pause" ? "resume" : "pause", id }),
  });
  const back = useCommand({
    send: ({ agents }, { step, id }: { step: "pause" | "resume"; id: string }) => agents[step]({ id }),
    changes: ["agents"],
  });
  return (step, id) => void command.run({ step, id });
}
