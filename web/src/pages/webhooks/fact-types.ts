/** The facts that a webhook sends, in words. Pure. */

/** `*` is everything, and `task.*` all facts about tasks. */
export function factsText(types: readonly string[]): string {
  if (types.includes("*")) return "all facts";
  const [areas, single] = [types.filter((one) => one.endsWith(".*")), types.filter((one) => !one.endsWith(".*"))];
  const about = areas.map((one) => one.slice(0, -2).replaceAll("_", " ")).join(", ");
  return [areas.length > 0 && `all facts about: ${about}`, ...single].filter(Boolean).join(", ");
}
