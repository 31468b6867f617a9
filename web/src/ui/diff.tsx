/** The changes between two documents, field by field. */

export function Diff({ before, after }: { before: unknown; after: unknown }) {
  const changes = changesBetween(before, after);
  if (changes.length === 0) return <p className="text-ink-2">Nothing differs.</p>;
  return (
    <ul className="divide-y divide-line rounded border border-line">
      {changes.map((change) => (
        <DiffLine key={change.path} {...change} />
      ))}
    </ul>
  );
}

function DiffLine({ path, before, after }: Change) {
  return (
    <li className="space-y-1 px-3 py-2 text-sm">
      <bdi className="block font-mono text-xs text-ink-3">{path || "everything"}</bdi>
      {before !== undefined && (
        <del className="block rounded-sm bg-failed-soft px-1.5 py-0.5 font-mono break-words whitespace-pre-wrap text-failed no-underline [overflow-wrap:anywhere]">
          <span className="sr-only">Before: </span>− {shownText(before)}
        </del>
      )}
      {after !== undefined && (
        <ins className="block rounded-sm bg-completed-soft px-1.5 py-0.5 font-mono break-words whitespace-pre-wrap text-completed no-underline [overflow-wrap:anywhere]">
          <span className="sr-only">After: </span>+ {shownText(after)}
        </ins>
      )}
    </li>
  );
}

const SHOWN_MAX = 2_000;

function shownText(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text || "(empty)";
}

interface Change {
  /** For example `llm_config.model`; empty for the whole document. */
  path: string;
  /** Undefined when the leaf did not exist. */
  before: unknown;
  after: unknown;
}

/** Returns the leaves in which two JSON documents differ. */
export function changesBetween(before: unknown, after: unknown, path = ""): Change[] {
  if (!isObject(before) || !isObject(after)) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
  }
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => changesBetween(before[name], after[name], path ? `${path}.${name}` : name));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
