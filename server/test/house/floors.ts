/** The floors of the dashboard as data: a file imports files of its own floor and of the floors below. */
import type { Import, Source } from "./sources.ts";

/** The lowest first. */
export const FLOORS: readonly string[] = ["data", "ui", "domain", "app", "pages"];

/** These put the parts together, so they may import anything. */
const COMPOSES = /^web\/src\/(?:main\.tsx|router\.tsx|sections\.ts)$/;

/** The floor of a file of the dashboard, as its place in `FLOORS`; below 0 outside all of them. */
export function floorOf(path: string): number {
  const [, folder] = /^web\/src\/([^/]+)\//.exec(path) ?? [];
  return folder === undefined ? -1 : FLOORS.indexOf(folder);
}

export const hasFloor = (path: string): boolean => floorOf(path) >= 0 || COMPOSES.test(path);

/** The fault of an import inside the dashboard, if there is one. */
export function floorFault({ path }: Source, { to }: Import): string | undefined {
  if (COMPOSES.test(path) || !to.startsWith("web/src/")) return undefined;
  const [from, into] = [floorOf(path), floorOf(to)];
  if (into < 0) return `${to} stands on no floor`;
  if (into > from) return `${FLOORS[from] ?? "a file on no floor"} must not import ${to}`;
  const [page, other] = [pageOf(path), pageOf(to)];
  return other !== undefined && other !== page ? `the page ${page} must not import the page ${other}` : undefined;
}

function pageOf(path: string): string | undefined {
  return /^web\/src\/pages\/([^/]+)\//.exec(path)?.[1];
}
