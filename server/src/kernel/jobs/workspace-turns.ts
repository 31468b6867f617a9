/** Workspaces take turns, so that a workspace with much work does not delay the others. */

/** Workspaces that have their turn at the same time. */
const PARALLEL_TURNS = 3;

export interface Round {
  /** A workspace has more due work, so another round should follow at once. */
  hasMore: boolean;
  failures: unknown[];
}

/** Gives each workspace one turn. A turn is bounded. It returns true when more work is due. */
export async function takeTurns(
  workspaces: readonly string[],
  turn: (workspace: string) => Promise<boolean>,
): Promise<Round> {
  const round: Round = { hasMore: false, failures: [] };
  // Each round starts at another workspace, so that none is always the last.
  const start = Math.floor(Math.random() * workspaces.length);
  const waiting = [...workspaces.slice(start), ...workspaces.slice(0, start)];
  async function worker(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        if (await turn(next)) round.hasMore = true;
      } catch (error) {
        round.failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: PARALLEL_TURNS }, worker));
  return round;
}
