/** Shares one read between equal concurrent queries. The read begins after each of the queries arrived. */

export type ShareLook = (question: string, look: () => Promise<unknown>) => Promise<unknown>;

export function sharedLooks(): ShareLook {
  const planned = new Map<string, Promise<unknown>>();
  const running = new Map<string, Promise<unknown>>();

  function begin(question: string, look: () => Promise<unknown>): Promise<unknown> {
    planned.delete(question);
    const result = look();
    running.set(question, result);
    const end = () => {
      if (running.get(question) === result) running.delete(question);
    };
    result.then(end, end);
    return result;
  }

  return (question, look) => {
    const known = planned.get(question);
    if (known) return known;
    const start = () => begin(question, look);
    // Queries of one turn of the event loop share the first look.
    const plan = (running.get(question) ?? nextTurn()).then(start, start);
    planned.set(question, plan);
    return plan;
  };
}

function nextTurn(): Promise<unknown> {
  return new Promise((resolve) => setImmediate(resolve, undefined));
}
