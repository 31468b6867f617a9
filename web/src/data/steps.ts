/** Reads the step tables of the server. */

/** Returns true when the step may start from the state. Whether the caller may take the step is another question. */
export const startsFrom = ({ from }: { from: readonly string[] }, state: string): boolean => from.includes(state);
