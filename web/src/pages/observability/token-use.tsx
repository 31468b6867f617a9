/** The tokens of a call: the input with its cached parts, and the output with its reasoning. */
import type { ObsEvent } from "@bailiwick/sdk";
import { cx } from "../../ui/class-names.ts";
import { Count, countText } from "../../ui/count.tsx";

interface Part {
  name: string;
  value: number | null;
  ground: string;
  /** A part of the line above. */
  isInside?: boolean;
}

export function TokenUse({ event }: { event: ObsEvent }) {
  const { tokens_in, tokens_out, tokens_cached, tokens_cache_write, tokens_reasoning } = event;
  const fresh = tokens_in === null ? null : tokens_in - (tokens_cached ?? 0) - (tokens_cache_write ?? 0);
  const write1h = event.tokens_cache_write_1h;
  const parts: readonly Part[] = [
    { name: "Input", value: tokens_in, ground: "" },
    { name: "read from the cache", value: tokens_cached, ground: "bg-completed", isInside: true },
    { name: "written to the cache", value: tokens_cache_write, ground: "bg-blocked", isInside: true },
    ...(write1h ? [{ name: "of it for one hour", value: write1h, ground: "", isInside: true }] : []),
    { name: "new", value: tokens_cached || tokens_cache_write ? fresh : null, ground: "bg-running", isInside: true },
    { name: "Output", value: tokens_out, ground: "bg-accent" },
    { name: "reasoning", value: tokens_reasoning, ground: "", isInside: true },
  ];
  const bars = [
    { value: tokens_cached ?? 0, ground: "bg-completed" },
    { value: tokens_cache_write ?? 0, ground: "bg-blocked" },
    { value: fresh ?? 0, ground: "bg-running" },
    { value: tokens_out ?? 0, ground: "bg-accent" },
  ].filter(({ value }) => value > 0);
  const all = (tokens_in ?? 0) + (tokens_out ?? 0);
  return (
    <div className="max-w-sm">
      <div
        role="img"
        aria-label={`${countText(all)} tokens`}
        className="forced-color-adjust-none mb-3 flex h-2 gap-px overflow-hidden rounded-full bg-pressed"
      >
        {bars.map(({ value, ground }) => (
          <span key={ground} className={cx("h-full min-w-0.5", ground)} style={{ width: `${(value / all) * 100}%` }} />
        ))}
      </div>
      <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-y-1">
        {parts
          .filter(({ value, isInside }) => value !== null || !isInside)
          .map((part) => (
            <Line key={part.name} part={part} hasParts={fresh !== tokens_in} />
          ))}
      </dl>
    </div>
  );
}

function Line({ part: { name, value, ground, isInside }, hasParts }: { part: Part; hasParts: boolean }) {
  const dot = ground || (name === "Input" && !hasParts ? "bg-running" : "");
  return (
    <>
      <dt className={cx("flex items-center gap-2", isInside ? "pl-5 text-sm text-ink-2" : "text-ink")}>
        <span aria-hidden className={cx("forced-color-adjust-none size-2 rounded-full", dot || "bg-transparent")} />
        {name}
      </dt>
      <dd className={cx("text-right", isInside && "text-sm text-ink-2")}>
        <Count value={value} />
      </dd>
    </>
  );
}
