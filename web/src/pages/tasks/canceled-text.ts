/** What is said when a task was canceled. Pure. */

/** `ending`: how many tasks below it are open still; the server ends them by itself. */
export function canceledText({ ending = 0 }: { ending?: number }): string {
  if (ending === 0) return "Canceled";
  const tasks = ending === 1 ? "1 task below it ends" : `${ending.toLocaleString("en")} tasks below it end`;
  return `Canceled. ${tasks} within seconds; none of them starts.`;
}
