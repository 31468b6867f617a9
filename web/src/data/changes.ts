/** The changes that the live feed reported, so that each list can read its changed rows again. */

interface Change {
  id: string;
  /** The number of changes reported so far, this one included. */
  at: number;
}

let count = 0;
const changes = new Map<string, Map<string, number>>();
/** Of each area only this many ids are kept; the oldest are forgotten. */
const KEPT_MAX = 2_000;

export function addChange(workspace: string, area: string, id: string): void {
  const key = `${workspace} ${area}`;
  const ids = changes.get(key) ?? new Map<string, number>();
  ids.delete(id);
  count += 1;
  ids.set(id, count);
  const oldest = ids.size > KEPT_MAX ? ids.keys().next().value : undefined;
  if (oldest !== undefined) ids.delete(oldest);
  changes.set(key, ids);
}

/** A read that starts now sees all changes up to this count. */
export const changeCount = (): number => count;

/** Returns the changes after `since` to the ids in `wanted`, the oldest first. */
export function changedSince(workspace: string, area: string, wanted: ReadonlySet<string>, since: number): Change[] {
  const ids = changes.get(`${workspace} ${area}`) ?? new Map<string, number>();
  return [...ids].filter(([id, at]) => at > since && wanted.has(id)).map(([id, at]) => ({ id, at }));
}
