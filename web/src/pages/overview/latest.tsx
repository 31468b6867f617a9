/** The newest facts as sentences. While the pointer is on them nothing moves, and new facts wait. */
import type { Fact } from "@bailiwick/sdk";
import { X } from "lucide-react";
import { useRef } from "react";
import { FactDot, FactSentence } from "../../domain/facts/fact-line.tsx";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/class-names.ts";
import { Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import { useSteadyRows } from "../../ui/use-steady-rows.ts";
import type { HourView } from "./use-hour-view.ts";

const MINUTE_MS = 60_000;
const idOf = ({ id }: Fact): string => id;

export function Latest({ view }: { view: HourView }) {
  const { chosen, setChosen, isLoading } = view;
  return (
    <section aria-label="Latest facts" className="min-w-0 border-line max-xl:border-t xl:border-l">
      <div className="flex h-11 items-center gap-2 px-4 pt-2">
        <h2 className="text-sm font-semibold text-ink">{chosen === undefined ? "Latest" : `At ${timeOf(chosen)}`}</h2>
        {chosen !== undefined && (
          <Button look="quiet" size="small" className="ml-auto" onClick={() => setChosen(undefined)}>
            <X aria-hidden className="size-3.5" />
            Show the latest
          </Button>
        )}
      </div>
      {isLoading ? <Skeleton lines={8} className="px-4 pb-4" /> : <Lines key={chosen ?? "latest"} view={view} />}
    </section>
  );
}

const timeOf = (at: number): string =>
  new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });

function Lines({ view: { lines, titles, nearBar, setNearLine, chosen, error } }: { view: HourView }) {
  const scroller = useRef<HTMLOListElement>(null);
  const { rows, waiting, release, hover } = useSteadyRows(lines, idOf, scroller);
  if (error) return <p className="px-4 pb-4 text-sm text-ink-3">The facts could not be read.</p>;
  if (rows.length === 0) {
    const none = chosen === undefined ? "Nothing happened in the last hour." : "Nothing happened in this minute.";
    return <p className="px-4 pb-4 text-sm text-ink-3">{none}</p>;
  }
  return (
    <div className="relative" {...hover}>
      {waiting > 0 && (
        <button
          type="button"
          className="absolute -top-9 right-4 rounded-full bg-accent px-3 py-1 text-sm font-medium text-white"
          onClick={release}
        >
          {lines.filter((line) => !rows.includes(line)).length} new
        </button>
      )}
      <ol ref={scroller} className="pb-4" onPointerLeave={() => setNearLine(undefined)}>
        {rows.map((fact) => {
          const minute = Math.floor(Date.parse(fact.created_at) / MINUTE_MS) * MINUTE_MS;
          return (
            <li
              key={fact.id}
              className={cx("flex gap-2.5 px-4 py-1.5 hover:bg-hover", nearBar === minute && "bg-hover")}
              onPointerEnter={() => setNearLine(minute)}
            >
              <FactDot type={fact.type} />
              <p className="line-clamp-3 min-w-0 grow break-words text-ink-2 [overflow-wrap:anywhere] [&_a]:text-ink">
                <FactSentence fact={fact} titles={titles} />
              </p>
              <span className="shrink-0 text-sm text-ink-3">
                <Time at={fact.created_at} />
              </span>
            </li>
          );
        })}
      </ol>
    </div>
  );
}
