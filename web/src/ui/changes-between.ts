/** The leaves in which two JSON documents differ. Pure. */

export interface Change {
  /** `llm_config.model`; empty for the whole document. */
  path: string;
  /** Undefined: it was not there. */
  before: unknown;
  after: unknown;
}

export function changesBetween(before: unknown, after: unknown, path = ""): Change[] {
  if (!isObject(before) || !isObject(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => changesBetween(before[name], after[name], path ? `${path}.${name}` : name));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
