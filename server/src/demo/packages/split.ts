/** Splits the packages into batches, one for each task. */

/** Rounds of work for each worker, so that a viewer can follow the run and work is left when a worker is killed. */
const BATCHES_PER_WORKER = 3;
const PACKAGES_PER_BATCH_MAX = 100;
/** A batch of one package is too short to kill its worker in the middle. */
const PACKAGES_PER_BATCH_MIN = 2;

/** Returns parts of nearly equal size in the order of the list. No part is empty. */
export function splitPackages(packages: readonly string[], workers: number): string[][] {
  const wanted = Math.max(workers * BATCHES_PER_WORKER, Math.ceil(packages.length / PACKAGES_PER_BATCH_MAX));
  const most = Math.max(1, Math.floor(packages.length / PACKAGES_PER_BATCH_MIN));
  const count = Math.min(wanted, most, packages.length);
  return Array.from({ length: count }, (_, index) =>
    packages.slice(Math.floor((index * packages.length) / count), Math.floor(((index + 1) * packages.length) / count)),
  );
}
