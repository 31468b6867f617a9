/** Wakes whoever waits for facts, in this process at once and, through the given sender, in the others. */

export type Wake = () => void;

export interface Signals {
  /** Call after a commit that stored facts. */
  factsWritten(workspace: string): void;
  /** Call after a commit that changed what a credential may do. */
  credentialsChanged(): void;
  /** Another process wrote facts, in a workspace we are not told. */
  wakeAll(): void;
  /** Another process changed credentials, or we may have missed it. */
  forgetCredentials(): void;
  onFacts(workspace: string, wake: Wake): () => void;
  onCredentials(forget: Wake): void;
  /** How often the workspace was woken; compare to find out whether one was missed. */
  version(workspace: string): number;
  /** Resolves when the version passes `since`, after `ms`, or when aborted. */
  changed(workspace: string, since: number, ms: number, abort?: AbortSignal): Promise<void>;
}

export interface Sender {
  facts(): void;
  credentials(): void;
}

export function createSignals(sender: Sender): Signals {
  const listeners = new Map<string, Set<Wake>>();
  const versions = new Map<string, number>();
  const forgetters = new Set<Wake>();
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

  function forgetCredentials() {
    for (const forget of forgetters) forget();
  }

  return {
    factsWritten(workspace) {
      if (listeners.has(workspace)) versions.set(workspace, (versions.get(workspace) ?? 0) + 1);
      wake(workspace);
      sender.facts();
    },
    credentialsChanged() {
      forgetCredentials();
      sender.credentials();
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
