/** The running tasks of an agent and its limit. */

interface LoadBarProps {
  running: number;
  /** Null for no limit. */
  max: number | null;
  /** "holds" for an agent that does not call. */
  isSilent?: boolean;
}

export function LoadBar({ running, max, isSilent = false }: LoadBarProps) {
  if (max === null) {
    return (
      <span className="text-sm text-ink-2 tabular-nums">
        {isSilent && running > 0 ? (
          <>
            <span className="text-ink-3">holds</span> {running}
          </>
        ) : running === 0 ? (
          <span className="text-ink-3">no task</span>
        ) : (
          <>
            {running} <span className="text-ink-3">running</span>
          </>
        )}
      </span>
    );
  }
  const isFull = running >= max;
  return (
    <span className="inline-flex items-center gap-2 text-sm text-ink-2 tabular-nums">
      <span>
        {running} of {max}
      </span>
      <span aria-hidden className="forced-color-adjust-none h-1 w-10 overflow-hidden rounded-full bg-pressed">
        <span
          className={isFull ? "block h-full bg-blocked" : "block h-full bg-running"}
          style={{ width: `${Math.min(100, (running / max) * 100)}%` }}
        />
      </span>
    </span>
  );
}
