/** Counts work that runs outside of transactions, for each workspace and on this server. */
export interface RunningWork {
  /** The work of all workspaces. */
  count(): number;
  countOf(workspace: string): number;
  /** Counts the work until it ends, and returns it. */
  add<T>(workspace: string, work: Promise<T>): Promise<T>;
  /** Resolves when nothing runs. */
  idle(): Promise<void>;
}

export function createRunningWork(): RunningWork {
  const running = new Set<Promise<unknown>>();
  const ofWorkspace = new Map<string, number>();
  return {
    count: () => running.size,
    countOf: (workspace) => ofWorkspace.get(workspace) ?? 0,
    add(workspace, work) {
      ofWorkspace.set(workspace, (ofWorkspace.get(workspace) ?? 0) + 1);
      const one = work.finally(() => {
        running.delete(one);
        const left = (ofWorkspace.get(workspace) ?? 1) - 1;
        if (left > 0) ofWorkspace.set(workspace, left);
        else ofWorkspace.delete(workspace);
      });
      running.add(one);
      return one;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
