/** The words of facts about stops. */
import type { FactType } from "@bailiwick/sdk";
import { actorOf, agent, count, type Part, text, type Words } from "./telling.ts";

type StopType = Extract<FactType, `stop.${string}`>;

interface Target {
  scope: string;
  agent_id: string | null;
  root_task_id: string | null;
}

const targetOf = ({ scope, agent_id, root_task_id }: Target): Part[] => {
  if (scope === "agent") return [agent(agent_id)];
  if (scope === "tree" && text(root_task_id)) return [{ kind: "task", id: String(root_task_id) }, "with its subtasks"];
  return ["the workspace"];
};
const attempts = (value: unknown) => (count(value) === 1 ? "1 running task" : `${count(value)} running tasks`);

export const STOP_WORDS: { readonly [T in StopType]: Words<T> } = {
  "stop.started": (fact) => ({
    actor: actorOf(fact),
    parts: ["stopped", ...targetOf(fact.data)],
    why: text(fact.data.reason),
  }),
  "stop.drilled": (fact) => ({
    actor: actorOf(fact),
    parts: ["recorded a drill: a stop of", ...targetOf(fact.data), `· ${attempts(fact.data.running_count)}`],
    why: text(fact.data.reason),
  }),
  "stop.confirmed": ({ data }) => ({ actor: "A stop", parts: [`is confirmed: ${attempts(data.running_count)} ended`] }),
  "stop.lifted": (fact) => ({
    actor: actorOf(fact),
    parts: [fact.data.in_force.length === 0 ? "lifted a stop" : `lifted ${fact.data.what.join(", ")} of a stop`],
    why: text(fact.data.reason),
  }),
};
