/** Returns only the named columns of a row: the row may have been built from an input. */
export function only<T extends object, K extends keyof T>(row: T, columns: readonly K[]): Pick<T, K> {
  const named: Partial<T> = {};
  for (const column of columns) if (Object.hasOwn(row, column)) named[column] = row[column];
  // A column that the row does not have is left out.
  return named as Pick<T, K>;
}
