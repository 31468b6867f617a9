/** Wakes whoever waits for facts, in this process at once and, through the given sender, in the others. */

import type { Actor } from "./actor.ts";

export type Wake = () => void;

/** Whose credentials: those of these workspaces and people, by their ids; `all` when that is not known. */
export type Whose = readonly string[] | "all";

/** Whether a change of these credentials may concern the actor. */
export function concerns(whose: Whose, { workspace, kind, id }: Actor): boolean {
  return whose === "all" || whose.includes(workspace) || (kind === "user" && whose.includes(id));
}

export interface Signals {
  /** Call after a commit that stored facts. */
  factsWritten(workspace: string): void;
  /** Call after a commit that changed what a credential may do. */
  credentialsChanged(whose: Whose): void;
  /** Another process wrote facts, in a workspace we are not told. */
  wakeAll(): void;
  /** Another process changed credentials, or we may have missed it. */
  forgetCredentials(whose: Whose): void;
  onFacts(workspace: string, wake: Wake): () => void;
  onCredentials(forget: (whose: Whose) => void): void;
  /** How often the workspace was woken; compare to find out whether one was missed. */
  version(workspace: string): number;
  /** Resolves when the version passes `since`, after `ms`, or when aborted. */
  changed(workspace: string, since: number, ms: number, abort?: AbortSignal): Promise<void>;
}

export interface Sender {
  facts(): void;
  credentials(whose: Whose): void;
}

export function createSignals(sender: Sender): Signals {
  const listeners = new Map<string, Set<Wake>>();
  const versions = new Map<string, number>();
  const forgetters = new Set<(whose: Whose) => void>();
  let everyone = 0;

  const version = (workspace: string) => (versions.get(workspace) ?? 0) + everyone;

  function wake(workspace: string) {
    for (const listener of [...(listeners.get(workspace) ?? [])]) listener();
  }

  function onFacts(workspace: string, listener: Wake) {
    const own = listeners.get(workspace) ?? new Set();
    listeners.set(workspace, own);
    own.add(listener);
    return () => {
      own.delete(listener);
      if (own.size === 0 && listeners.get(workspace) === own) {
        listeners.delete(workspace);
        // Nobody compares versions of a workspace that nobody waits for.
        versions.delete(workspace);
      }
    };
  }

  function forgetCredentials(whose: Whose) {
    for (const forget of forgetters) forget(whose);
  }

  return {
    factsWritten(workspace) {
      if (listeners.has(workspace)) versions.set(workspace, (versions.get(workspace) ?? 0) + 1);
      wake(workspace);
      sender.facts();
    },
    credentialsChanged(whose) {
      forgetCredentials(whose);
      sender.credentials(whose);
    },
    wakeAll() {
      everyone++;
      for (const workspace of [...listeners.keys()]) wake(workspace);
    },
    forgetCredentials,
    onFacts,
    onCredentials: (forget) => void forgetters.add(forget),
    version,
    changed: (workspace, since, ms, abort) =>
      new Promise((resolve) => {
        if (abort?.aborted || version(workspace) !== since) return resolve();
        const stop = onFacts(workspace, done);
        const timer = setTimeout(done, ms);
        abort?.addEventListener("abort", done);
        function done() {
          stop();
          clearTimeout(timer);
          abort?.removeEventListener("abort", done);
          resolve();
        }
      }),
  };
}
