/** What the live feed said of changed things, so that each list can read anew those of its rows that changed. */

interface Change {
  id: string;
  /** When it was told, as a count of everything told. */
  at: number;
}

let told = 0;
const changes = new Map<string, Map<string, number>>();
/** More ids of one area than these are forgotten, oldest first. */
const KEPT_MAX = 2_000;

export function addChange(workspace: string, area: string, id: string): void {
  const key = `${workspace} ${area}`;
  const ids = changes.get(key) ?? new Map<string, number>();
  ids.delete(id);
  told += 1;
  ids.set(id, told);
  const oldest = ids.size > KEPT_MAX ? ids.keys().next().value : undefined;
  if (oldest !== undefined) ids.delete(oldest);
  changes.set(key, ids);
}

/** What has been told so far; what is read from now on knows of it. */
export const changesTold = (): number => told;

/** Those among `wanted` that changed after `since`, the longest ago first. */
export function changedSince(workspace: string, area: string, wanted: ReadonlySet<string>, since: number): Change[] {
  const ids = changes.get(`${workspace} ${area}`) ?? new Map<string, number>();
  return [...ids].filter(([id, at]) => at > since && wanted.has(id)).map(([id, at]) => ({ id, at }));
}
