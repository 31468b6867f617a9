/** The named columns of a row and nothing else: a row may have been made from what a caller sent. */
export function only<T extends object, K extends keyof T>(row: T, columns: readonly K[]): Pick<T, K> {
  const named: Partial<T> = {};
  for (const column of columns) if (Object.hasOwn(row, column)) named[column] = row[column];
  // Every column that the row has; one that it lacks is not written.
  return named as Pick<T, K>;
}
