/** The parts of the words of facts, and the sentences that many types share. */
import type { FactData, FactOf, FactType } from "@bailiwick/sdk";

export interface LimitChange {
  field: string;
  from?: unknown;
  to: unknown;
}

export type Part =
  | string
  | { kind: "agent" | "task" | "person" | "someone"; id: string }
  /** A link to a conversation, with these words. */
  | { kind: "thread"; id: string; words: string }
  /** A limit by its kind and agent, and a change of one of its fields. */
  | { kind: "limit"; id: string; change?: LimitChange | undefined }
  /** A request by its title and agent. */
  | { kind: "request"; id: string }
  /** Words of an agent or a person; only ever text. */
  | { kind: "quote"; text: string };
/** The place of the thing that the fact is about: its name in a feed, "it" in its own story. */
export const SUBJECT = { kind: "subject" } as const;
export type AnyPart = Part | typeof SUBJECT;

/** The members of a fact that its words need. An event of a task has them too. */
export interface ShownFact<T extends FactType = FactType> extends Pick<FactOf<T>, "actor" | "subject"> {
  type: T;
  data: FactData[T];
}

export interface Telling {
  actor: AnyPart;
  parts: AnyPart[];
  /** The reason, in the words of an agent or a person. */
  why?: string | undefined;
  /** The beginning of the result. */
  result?: string | undefined;
}

export type Words<T extends FactType> = (fact: ShownFact<T>) => Telling;

export function actorOf({ actor }: Pick<ShownFact, "actor">): Part {
  if (actor.kind === "agent") return { kind: "agent", id: actor.id };
  if (actor.kind === "user") return { kind: "person", id: actor.id };
  return actor.kind === "service" ? "A service" : "Bailiwick";
}

// Facts of earlier versions, and data that retention cut, may lack what the type promises.
export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
export const count = (value: unknown): number => (typeof value === "number" ? value : 0);
export const agent = (value: unknown): Part => (text(value) ? { kind: "agent", id: String(value) } : "an agent");
export const person = (value: unknown): Part => (text(value) ? { kind: "person", id: String(value) } : "a person");
export const limit = (id: unknown, change?: LimitChange): Part =>
  text(id) ? { kind: "limit", id: String(id), change } : "a limit";
export const to = (word: string, id: unknown): Part[] => (text(id) ? [word, agent(id)] : []);
export const word = (before: string, value: unknown): Part[] => (text(value) ? [`${before} ${String(value)}`] : []);
export const quote = (value: unknown, otherwise: string): Part =>
  text(value) ? { kind: "quote", text: String(value).slice(0, 100) } : otherwise;
export const handover = ({
  from_agent_id,
  to_agent_id,
}: {
  from_agent_id: string | null;
  to_agent_id: string | null;
}) => [...to("from", from_agent_id), ...to("to", to_agent_id)];

/** The actor did it to the subject; `more` follows, and `why` says the reason. */
export function did<T extends FactType>(
  verb: string,
  more: (data: FactData[T]) => Part[] = () => [],
  why: (data: FactData[T]) => unknown = () => undefined,
): Words<T> {
  return (fact) => ({ actor: actorOf(fact), parts: [verb, SUBJECT, ...more(fact.data)], why: text(why(fact.data)) });
}

/** The actor did something that needs no name of its subject. */
export function acted<T extends FactType>(parts: (data: FactData[T]) => AnyPart[]): Words<T> {
  return (fact) => ({ actor: actorOf(fact), parts: parts(fact.data) });
}
