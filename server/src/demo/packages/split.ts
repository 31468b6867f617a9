/** Which task gets which packages. */

/** Rounds of work for each worker, so that there is something to see and something left to recover. */
const BATCHES_PER_WORKER = 3;
const PACKAGES_PER_BATCH_MAX = 100;
/** One alone has no middle for a worker to be killed in. */
const PACKAGES_PER_BATCH_MIN = 2;

/** Even parts in the order of the list; none is empty. */
export function splitPackages(packages: readonly string[], workers: number): string[][] {
  const wanted = Math.max(workers * BATCHES_PER_WORKER, Math.ceil(packages.length / PACKAGES_PER_BATCH_MAX));
  const most = Math.max(1, Math.floor(packages.length / PACKAGES_PER_BATCH_MIN));
  const count = Math.min(wanted, most, packages.length);
  return Array.from({ length: count }, (_, index) =>
    packages.slice(Math.floor((index * packages.length) / count), Math.floor(((index + 1) * packages.length) / count)),
  );
}
