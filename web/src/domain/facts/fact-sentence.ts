/** A fact or an event as a sentence of words and names. Pure. */
import type { Fact, FactType, TaskEvent } from "@bailiwick/sdk";
import { THINGS, WORDS } from "./fact-words.ts";
import { type AnyPart, actorOf, type Part, type ShownFact, type Telling, text } from "./telling.ts";

export type { Part } from "./telling.ts";

/** A newer server may write types that this dashboard has no words for. */
function tell(fact: ShownFact): Telling {
  const words = WORDS[fact.type] as ((fact: ShownFact) => Telling) | undefined;
  return words ? words(fact) : { actor: actorOf(fact), parts: ["·", fact.type] };
}

/** A line of the feed: the thing that the fact is about has its name. */
export function sentenceOf(fact: Fact): Part[] {
  const { actor, parts, why } = tell(fact);
  const named = inPlaceOfSubject([actor, ...parts], subjectOf(fact));
  return why === undefined ? named : [...named, "·", { kind: "quote", text: why }];
}

function inPlaceOfSubject(parts: readonly AnyPart[], subject: Part): Part[] {
  return parts.map((part) => (typeof part === "object" && part.kind === "subject" ? subject : part));
}

function subjectOf({ subject: { kind, id }, data }: Fact): Part {
  if (kind === "task" || kind === "agent") return { kind, id };
  if (kind === "user") return { kind: "person", id };
  if (kind === "request") return { kind, id };
  if (kind === "risk_policy") return { kind: "limit", id };
  if (kind === "key" && "name" in data && text(data.name)) return { kind: "quote", text: `the key “${data.name}”` };
  return THINGS[kind] ?? `the ${kind}`;
}

export interface EventText {
  parts: Part[];
  /** The reason, or the beginning of the result. */
  words?: string | undefined;
}

/** A line of a task's own story, in which the task is "it". */
export function eventText(event: TaskEvent): EventText {
  const { actor, parts, why, result } = tell(factOf(event));
  return { parts: inPlaceOfSubject([actor, ...parts], "it"), words: why ?? result };
}

function factOf({ event_type, task_id, agent_id, user_id, payload }: TaskEvent): ShownFact {
  const [kind, id] = agent_id ? ["agent", agent_id] : user_id ? ["user", user_id] : ["system", ""];
  const type: FactType = `task.${event_type}`;
  // The payload of an event is the data of its fact.
  return {
    type,
    actor: { kind, id, key_id: null },
    subject: { kind: "task", id: task_id },
    data: payload,
  } as ShownFact;
}
