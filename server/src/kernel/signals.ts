/** Wakes the callers that wait for facts: in this process at once, in other processes through the given sender. */

import type { Actor } from "./actor.ts";
import type { Fact } from "./facts/fact.ts";

export interface Written {
  fact: Fact;
}

/** Undefined: facts were written, but their content is unknown. */
export type FactsListener = (facts: readonly Written[] | undefined) => void;

/** The ids of workspaces, or of people whose credentials changed; `all` when they are unknown. */
export type Whose = readonly string[] | "all";

/** Returns true when a change of these credentials may concern the actor. */
export function concerns(whose: Whose, { workspace, kind, id }: Actor): boolean {
  return whose === "all" || whose.includes(workspace) || (kind === "user" && whose.includes(id));
}

export interface Signals {
  /** Call after a commit that stored facts. */
  factsWritten(workspace: string, facts?: readonly Written[]): void;
  /** Call after a commit that changed what a credential may do. */
  credentialsChanged(whose: Whose): void;
  /** Another process wrote facts in these workspaces, or this process may have missed a notification. */
  wake(workspaces: Whose): void;
  /** Another process changed credentials, or this process may have missed a notification. */
  forgetCredentials(whose: Whose): void;
  /** Returns a function that unsubscribes the listener. */
  onFacts(workspace: string, listener: FactsListener): () => void;
  /** Calls the listener with all facts that this process stored, until the process ends. */
  onAnyFacts(listener: (facts: readonly Written[]) => void): void;
  onCredentials(forget: (whose: Whose) => void): void;
}

export interface Sender {
  facts(workspaces: Whose): void;
  credentials(whose: Whose): void;
}

export function createSignals(sender: Sender): Signals {
  const listeners = new Map<string, Set<FactsListener>>();
  const forgetters = new Set<(whose: Whose) => void>();
  const counters = new Set<(facts: readonly Written[]) => void>();

  function wakeOne(workspace: string, facts?: readonly Written[]) {
    for (const listener of [...(listeners.get(workspace) ?? [])]) listener(facts);
  }

  function onFacts(workspace: string, listener: FactsListener) {
    const own = listeners.get(workspace) ?? new Set();
    listeners.set(workspace, own);
    own.add(listener);
    return () => {
      own.delete(listener);
      if (own.size === 0 && listeners.get(workspace) === own) listeners.delete(workspace);
    };
  }

  function forgetCredentials(whose: Whose) {
    for (const forget of forgetters) forget(whose);
  }

  return {
    factsWritten(workspace, facts) {
      if (facts) for (const count of counters) count(facts);
      wakeOne(workspace, facts);
      sender.facts([workspace]);
    },
    credentialsChanged(whose) {
      forgetCredentials(whose);
      sender.credentials(whose);
    },
    wake(workspaces) {
      for (const workspace of workspaces === "all" ? [...listeners.keys()] : workspaces) wakeOne(workspace);
    },
    forgetCredentials,
    onFacts,
    onAnyFacts: (count) => void counters.add(count),
    onCredentials: (forget) => void forgetters.add(forget),
  };
}
