/** The first of the calls that concern one task. The others go alone, after it. */
export function firstOfEach<C extends { id: string }>(calls: readonly C[]): C[] {
  const seen = new Set<string>();
  return calls.filter(({ id }) => {
    const first = !seen.has(id);
    seen.add(id);
    return first;
  });
}
