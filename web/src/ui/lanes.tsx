/**
 * What several workers did over a time: a row each, time from left to right, work as bars, and marks that can be
 * pressed. Tab reaches one of them; arrows move to the others.
 */
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, type MouseEvent, type ReactNode, useRef, useState } from "react";
import { cx } from "./class-names.ts";
import { placeOf, type Span, ticksOf } from "./lane-places.ts";
import { Tip } from "./tip.tsx";
import { useIsPhone } from "./use-media.ts";
import { useWorkspaceHref } from "./use-workspace-href.ts";

export type LaneTone = "done" | "running" | "blocked" | "failed" | "quiet";

export interface LaneBar extends Span {
  id: string;
  tone: LaneTone;
  /** The meaning of the bar, for its tip and for screen readers. */
  label: string;
  /** Where a press leads. */
  href: string;
}

/** Something that happened at one time: an escalation, a failure. */
export interface LaneFlag extends Omit<LaneBar, "fromMs" | "toMs"> {
  atMs: number;
}

export interface Lane {
  id: string;
  name: ReactNode;
  /** The name for screen readers. */
  label: string;
  bars: readonly LaneBar[];
  flags: readonly LaneFlag[];
}

interface LanesProps extends Span {
  label: string;
  lanes: readonly Lane[];
  /** Before this time the bars are not known. */
  knownFromMs?: number | undefined;
}

const TONES: Record<LaneTone, string> = {
  done: "bg-done",
  running: "bg-running",
  blocked: "bg-blocked",
  failed: "bg-failed",
  quiet: "bg-returned",
};
const BAR_MIN_PX = 3;
const FLAG_PX = 16;
const TICKS = { wide: 12, phone: 4 } as const;
const percent = (share: number) => `${(share * 100).toFixed(3)}%`;

export function Lanes({ label, lanes, knownFromMs, ...span }: LanesProps) {
  const [stop, setStop] = useState<string>();
  const ids = lanes.flatMap(({ bars, flags }) => [...bars, ...flags].map(({ id }) => id));
  const first = stop !== undefined && ids.includes(stop) ? stop : ids[0];
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = box.current && nextItem(event.key, box.current);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  const unknown = knownFromMs === undefined ? 0 : placeOf({ fromMs: span.fromMs, toMs: knownFromMs }, span).width;
  return (
    <div ref={box} role="group" aria-label={label} className="relative" onKeyDown={onKeyDown}>
      <ul>
        {lanes.map((lane) => (
          <li key={lane.id} aria-label={lane.label} className="sm:flex sm:items-center">
            <div className="flex min-w-0 shrink-0 items-center pr-3 max-sm:pt-1 sm:w-48">{lane.name}</div>
            <div data-lane className="relative h-8 min-w-0 grow border-b border-line">
              {unknown > 0 && (
                <span className="hatched absolute inset-y-2 left-0 text-line" style={{ width: percent(unknown) }} />
              )}
              {longestFirst(lane.bars).map((bar) => (
                <Bar key={bar.id} bar={bar} span={span} isStop={bar.id === first} onFocus={setStop} />
              ))}
              {lane.flags.map((flag) => (
                <Flag key={flag.id} flag={flag} span={span} isStop={flag.id === first} onFocus={setStop} />
              ))}
            </div>
          </li>
        ))}
      </ul>
      <Axis span={span} />
    </div>
  );
}

/** Work at the same time overlaps: shorter bars stand above longer ones, in colours that nothing shines through. */
function longestFirst(bars: readonly LaneBar[]): LaneBar[] {
  return bars.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
}

interface ItemProps {
  span: Span;
  isStop: boolean;
  onFocus: (id: string) => void;
}

function Bar({ bar, span, ...rest }: ItemProps & { bar: LaneBar }) {
  const { left, width } = placeOf(bar, span);
  return (
    <Item
      item={bar}
      {...rest}
      className={cx(
        "rounded-xs",
        bar.tone === "running" ? "top-5.5 h-1.5" : "top-1.5 h-4 ring-1 ring-canvas",
        TONES[bar.tone],
      )}
      style={{ left: percent(left), width: `max(${BAR_MIN_PX}px, calc(${percent(width)} - 1px))` }}
    />
  );
}

function Flag({ flag, span, ...rest }: ItemProps & { flag: LaneFlag }) {
  const { left } = placeOf({ fromMs: flag.atMs, toMs: flag.atMs }, span);
  return (
    <Item
      item={flag}
      {...rest}
      className="top-0 z-1 flex h-8 justify-center"
      style={{ left: `calc(${percent(left)} - ${FLAG_PX / 2}px)`, width: FLAG_PX }}
    >
      <span className={cx("h-7 w-0.5", TONES[flag.tone])} />
      <span className={cx("-ml-0.5 h-2 w-2.5 [clip-path:polygon(0_0,100%_50%,0_100%)]", TONES[flag.tone])} />
    </Item>
  );
}

interface LinkProps extends Omit<ItemProps, "span"> {
  item: Pick<LaneBar, "id" | "label" | "href">;
  className: string;
  style: Record<string, string | number>;
  children?: ReactNode;
}

function Item({ item: { id, label, href }, isStop, onFocus, className, style, children }: LinkProps) {
  const navigate = useNavigate();
  const inWorkspace = useWorkspaceHref();
  const open = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    void navigate({ href: inWorkspace(href) });
  };
  return (
    <Tip text={label}>
      <a
        href={inWorkspace(href)}
        data-lane-item
        aria-label={label}
        tabIndex={isStop ? 0 : -1}
        className={cx("absolute forced-color-adjust-none hover:brightness-110", className)}
        style={style}
        onClick={open}
        onFocus={() => onFocus(id)}
      >
        {children}
      </a>
    </Tip>
  );
}

/** Returns the item in the direction of an arrow: the next one of the lane, or the nearest one of another lane. */
function nextItem(key: string, box: HTMLElement): HTMLElement | undefined {
  const at = document.activeElement;
  const lanes = [...box.querySelectorAll("[data-lane]")]
    .map((lane) => [...lane.querySelectorAll<HTMLElement>("[data-lane-item]")].sort((a, b) => leftOf(a) - leftOf(b)))
    .filter((items) => items.length > 0);
  const row = lanes.findIndex((items) => items.some((item) => item === at));
  const items = lanes[row];
  if (!items || !(at instanceof HTMLElement)) return undefined;
  if (key === "ArrowRight") return items[items.indexOf(at) + 1];
  if (key === "ArrowLeft") return items[items.indexOf(at) - 1];
  const others = key === "ArrowDown" ? lanes[row + 1] : key === "ArrowUp" ? lanes[row - 1] : undefined;
  return others?.toSorted((a, b) => Math.abs(leftOf(a) - leftOf(at)) - Math.abs(leftOf(b) - leftOf(at)))[0];
}

const leftOf = (element: HTMLElement): number => element.getBoundingClientRect().left;

function Axis({ span }: { span: Span }) {
  const isPhone = useIsPhone();
  // A tick at the end would stand on the one before it.
  const ticks = ticksOf(span, isPhone ? TICKS.phone : TICKS.wide).filter(({ left }) => left < 0.97);
  return (
    <div aria-hidden className="relative mt-1 h-4 text-xs text-ink-3 sm:ml-48">
      {ticks.map(({ atMs, left, isDay }) => (
        <span
          key={atMs}
          className={cx(
            "absolute whitespace-nowrap tabular-nums",
            left > 0.02 && "-translate-x-1/2",
            isDay && "font-medium text-ink-2",
          )}
          style={{ left: percent(left) }}
        >
          {isDay ? DAY.format(atMs) : TIME.format(atMs)}
        </span>
      ))}
    </div>
  );
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric" });
