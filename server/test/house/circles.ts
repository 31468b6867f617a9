/** Import circles among sources: static imports, those of types and those inside a function all count. */
import { type Import, importsOf, type Source } from "./sources.ts";

/**
 * Returns the circles, each as the paths along it: every file imports the next one, and the last one imports the first.
 * Of files that are tangled in several circles the shortest circle is returned; the next run shows what is left.
 */
export function importCircles(
  sources: readonly Source[],
  read: (source: Source) => readonly Import[] = importsOf,
): string[][] {
  const paths = new Set(sources.map(({ path }) => path));
  const imports = new Map(
    sources.map((source) => [
      source.path,
      [...new Set(read(source).map(({ to }) => to))].filter((to) => paths.has(to)),
    ]),
  );
  const done = new Set<string>();
  return [...paths].flatMap((path) => {
    if (done.has(path)) return [];
    const circle = shortestCircle(path, imports);
    if (!circle) return [];
    for (const one of reachable(path, imports)) if (reachable(one, imports).has(path)) done.add(one);
    return [circle];
  });
}

type Imports = ReadonlyMap<string, readonly string[]>;

/** Everything that a file imports, directly or through others. */
function reachable(from: string, imports: Imports): Set<string> {
  const found = new Set<string>();
  const open = [from];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const to of imports.get(path) ?? []) {
      if (found.has(to)) continue;
      found.add(to);
      open.push(to);
    }
  }
  return found;
}

/** The shortest way from a file back to itself. */
function shortestCircle(start: string, imports: Imports): string[] | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const to of imports.get(way.at(-1) ?? "") ?? []) {
      if (to === start) return way;
      if (seen.has(to)) continue;
      seen.add(to);
      ways.push([...way, to]);
    }
  }
  return undefined;
}
