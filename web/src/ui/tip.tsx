/**
 * A short text next to the element under the pointer or the focus. One layer serves the whole page, because a list of a
 * thousand rows has thousands of tips.
 */
import { cloneElement, Fragment, type ReactElement, useEffect, useLayoutEffect, useRef, useState } from "react";
import { cx } from "./class-names.ts";
import { Kbd } from "./kbd.tsx";
import { visibleText } from "./visible-text.ts";

interface TipProps {
  /** Each line may have a value after a tab; its name is isolated, as names run in both directions. */
  text?: string | undefined;
  keys?: string | undefined;
  /** `right`: at the right of a narrow column. */
  side?: "above" | "right";
  children: ReactElement<object>;
}

export function Tip({ text, keys, side, children }: TipProps) {
  const more = { "data-tip-keys": keys, "data-tip-side": side };
  return cloneElement(children, { "data-tip": visibleText(text ?? ""), ...more } as object);
}

interface Shown {
  text: string;
  keys: string | undefined;
  isRight: boolean;
  around: DOMRect;
}

/** The pointer must rest this long. */
const REST_MS = 400;
/** The distance of a tip from its element and from the edge of the screen. */
const GAP_PX = 6;

export function TipLayer() {
  const [shown, setShown] = useState<Shown>();
  useEffect(() => listen(setShown), []);
  return shown ? <Bubble {...shown} /> : null;
}

function listen(show: (shown: Shown | undefined) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hide = () => {
    clearTimeout(timer);
    show(undefined);
  };
  const open = (target: Element) => {
    const { tip = "", tipKeys, tipSide } = (target as HTMLElement).dataset;
    if (target.isConnected && (tip || tipKeys))
      show({ text: tip, keys: tipKeys, isRight: tipSide === "right", around: target.getBoundingClientRect() });
  };
  const onEnter = (event: Event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
    hide();
    if (!target) return;
    // Only a focus by keyboard shows the tip at once.
    if (event.type === "focusin" && target.matches(":focus-visible")) open(target);
    if (event.type === "pointerover") timer = setTimeout(open, REST_MS, target);
  };
  const listeners = { pointerover: onEnter, focusin: onEnter, pointerdown: hide, keydown: hide, scroll: hide };
  for (const [type, listener] of Object.entries(listeners)) document.addEventListener(type, listener, true);
  return () => {
    clearTimeout(timer);
    for (const [type, listener] of Object.entries(listeners)) document.removeEventListener(type, listener, true);
  };
}

function Lines({ text }: { text: string }) {
  return (
    <span className="grid min-w-0 grid-cols-[minmax(0,1fr)_auto] gap-x-4 tabular-nums">
      {text.split("\n").map((line) => {
        const [name, value] = line.split("\t");
        return (
          <Fragment key={line}>
            <bdi className={cx("truncate", !value && "col-span-2")}>{name}</bdi>
            {value && <span className="text-right">{value}</span>}
          </Fragment>
        );
      })}
    </span>
  );
}

function Bubble({ text, keys, isRight, around }: Shown) {
  const bubble = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = bubble;
    if (!current) return;
    const { width, height } = current.getBoundingClientRect();
    if (isRight) {
      current.style.left = `${around.right + GAP_PX}px`;
      current.style.top = `${around.top + around.height / 2 - height / 2}px`;
      return;
    }
    const isBelow = around.top < height + 2 * GAP_PX;
    const left = around.left + around.width / 2 - width / 2;
    current.style.left = `${Math.max(GAP_PX, Math.min(left, innerWidth - width - GAP_PX))}px`;
    current.style.top = `${isBelow ? around.bottom + GAP_PX : around.top - height - GAP_PX}px`;
  }, [around, isRight]);
  return (
    <div
      ref={bubble}
      role="tooltip"
      className="pointer-events-none fixed z-60 flex max-w-72 items-center gap-2 rounded bg-ink px-2 py-1 text-sm break-words text-canvas"
    >
      {text.includes("\t") ? <Lines text={text} /> : text && <bdi className="min-w-0">{text}</bdi>}
      {keys && <Kbd keys={keys} />}
    </div>
  );
}
