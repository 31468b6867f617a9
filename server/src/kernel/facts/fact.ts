/** Facts: each type is declared by a slice, and only a declared type makes a fact. */
import type { Static, TSchema } from "typebox";

export interface FactSpec {
  /** Past tense: `task.completed`. The word before the dot is its area. */
  type: `${string}.${string}`;
  /** The kind of thing it is about, or the kinds it may be about. */
  subject: string | readonly string[];
  /** One sentence, for the reference. */
  meaning: string;
  /** The shape of its data. */
  data: TSchema;
}

declare const made: unique symbol;

/** Something that happened, as the log keeps it. Only a declared type makes one. */
export interface Fact extends About {
  readonly [made]: true;
  type: string;
  subject: { kind: string; id: string };
  data: Record<string, unknown>;
}

interface About {
  /** Given when the answer names it; otherwise it gets one as it is stored. */
  id?: string;
  /** The agent it concerns, when actor and subject do not say so. */
  agent_id?: string | null;
  /** The log it goes into, when that is not the actor's: a person makes or enters another workspace. */
  workspace?: string;
  /** The caller chose the type: the database lets only those pass that callers may choose. */
  is_reported?: true;
}

type SubjectOf<S extends FactSpec> = S["subject"] extends readonly (infer K)[] ? { kind: K; id: string } : string;

/** A declared type. Calling it makes a fact; its subject is an id, or kind and id where the kinds are several. */
export type FactType<S extends FactSpec> = S &
  ((subject: SubjectOf<S>, data: Static<S["data"]>, about?: About) => Fact);

export function factType<const S extends FactSpec>(spec: S): FactType<S> {
  const { type, subject: kinds } = spec;
  const make = (subject: SubjectOf<S>, data: Static<S["data"]>, about: About = {}) => ({
    type,
    subject: typeof subject === "string" ? { kind: String(kinds), id: subject } : subject,
    data,
    ...about,
  });
  // The mark is for the compiler alone.
  return Object.assign(make, spec) as unknown as FactType<S>;
}
