/** Returns the first call for each task. The other calls of the task go alone, after the first. */
export function firstOfEach<C extends { id: string }>(calls: readonly C[]): C[] {
  const seen = new Set<string>();
  return calls.filter(({ id }) => {
    const first = !seen.has(id);
    seen.add(id);
    return first;
  });
}
