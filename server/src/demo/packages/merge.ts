/** Merges the findings of the workers into one report. */
import { createHash } from "node:crypto";
import { UNKNOWN_LICENSE } from "./license.ts";
import type { PackageFacts, Report } from "./shapes.ts";

/** The most entries of a list in the report. The total counts all of them. */
const LIST_MAX = 100;
const BIGGEST_MAX = 10;

/**
 * Counts a package once when two attempts at a task reported it. `biggest` is how many of the biggest packages to list.
 */
export function mergeReport(found: readonly PackageFacts[], biggest = BIGGEST_MAX): Report {
  const packages = [...new Map(found.map((one) => [one.path, one])).values()].sort(byName);
  const withScripts = packages.filter(({ install_scripts }) => install_scripts.length > 0);
  const unreadable = packages.flatMap((one) =>
    one.problem === undefined ? [] : [{ ...named(one), problem: one.problem }],
  );
  return {
    packages: packages.length,
    names: new Set(packages.map(({ name }) => name)).size,
    files: sum(packages.map(({ files }) => files)),
    bytes: sum(packages.map(({ bytes }) => bytes)),
    digest: digestOf(packages),
    licenses: countLicenses(packages),
    biggest: shortened(
      [...packages].sort((a, b) => b.bytes - a.bytes).map((one) => ({ ...named(one), bytes: one.bytes })),
      Math.min(biggest, BIGGEST_MAX),
    ),
    install_scripts: shortened(withScripts.map((one) => ({ ...named(one), scripts: one.install_scripts }))),
    several_versions: shortened(severalVersions(packages)),
    unknown_licenses: shortened(packages.filter(({ license }) => license === UNKNOWN_LICENSE).map(named)),
    unreadable: shortened(unreadable),
  };
}

function byName(a: PackageFacts, b: PackageFacts): number {
  return compare(a.name, b.name) || compareVersions(a.version, b.version) || compare(a.path, b.path);
}

/** Sorts in the same order on every machine, in every language. */
function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function named({ name, version, path }: PackageFacts) {
  return { name, version, path };
}

function shortened<T>(items: readonly T[], most = LIST_MAX): { total: number; items: T[] } {
  return { total: items.length, items: items.slice(0, most) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function digestOf(packages: readonly PackageFacts[]): string {
  const hash = createHash("sha256");
  const lines = packages.map(({ path, digest }) => `${path}\0${digest}\n`);
  for (const line of lines.sort()) hash.update(line);
  return hash.digest("hex");
}

function countLicenses(packages: readonly PackageFacts[]): Report["licenses"] {
  const counts = new Map<string, number>();
  for (const { license } of packages) counts.set(license, (counts.get(license) ?? 0) + 1);
  return [...counts]
    .map(([license, packages]) => ({ license, packages }))
    .sort((a, b) => b.packages - a.packages || compare(a.license, b.license))
    .slice(0, LIST_MAX);
}

export function severalVersions(packages: readonly PackageFacts[]): Report["several_versions"]["items"] {
  const copies = new Map<string, string[]>();
  for (const { name, version } of packages) copies.set(name, [...(copies.get(name) ?? []), version]);
  return [...copies].flatMap(([name, all]) => {
    const versions = [...new Set(all)];
    return versions.length > 1 ? [{ name, versions, copies: all.length }] : [];
  });
}
