/** The parts of a list's toolbar: search, filters as chips, and actions for the selected rows. */
import { Search, X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { cx } from "./class-names.ts";
import { useHotkeys } from "./keys.ts";
import { Menu } from "./menu.tsx";
import { useIsPhone } from "./use-media.ts";

/** The search starts after a pause in typing of this length. */
const SETTLED_MS = 250;

interface SearchBoxProps {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  /** It fills its line. */
  isWide?: boolean;
}

export function SearchBox({ label, value = "", onChange, isWide = false }: SearchBoxProps) {
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const isPhone = useIsPhone();
  useHotkeys([{ keys: "/", label: "Search this list", isMove: true, run: () => input.current?.focus() }]);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text.trim() || undefined), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <div className="relative">
      <Search aria-hidden className="pointer-events-none absolute top-1.5 left-2 size-4 text-ink-3" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={isPhone ? "Search" : label}
        maxLength={200}
        value={text}
        className={cx(
          "h-7 rounded border border-line bg-raised pr-2 pl-7.5 text-sm max-sm:text-[16px]",
          isWide ? "w-full" : "w-52 max-sm:w-36",
        )}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}

interface FilterProps<Value extends string> {
  name: string;
  value: Value | undefined;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value | undefined) => void;
  /** The key `f` opens the first filter of a list. */
  isFirst?: boolean;
}

/** A chip with the value of a filter. A press opens the choices; the cross clears the filter. */
export function Filter<Value extends string>({ name, value, options, onChange, isFirst }: FilterProps<Value>) {
  const chosen = options.find((option) => option.value === value);
  const button = useRef<HTMLButtonElement>(null);
  useHotkeys(
    isFirst ? [{ keys: "f", label: "Filter this list", isMove: true, run: () => button.current?.click() }] : [],
  );
  return (
    <span
      className={cx(
        "inline-flex h-7 items-center rounded-full border text-sm",
        chosen ? "border-accent-ink" : "border-line",
      )}
    >
      <Menu
        trigger={
          <button ref={button} type="button" className="h-full rounded-full px-2.5 text-ink-2 hover:text-ink">
            {name}
            {chosen && <span className="font-medium text-ink">: {chosen.label}</span>}
          </button>
        }
        entries={options.map((option) => ({
          label: option.label,
          isChecked: option.value === value,
          onSelect: () => onChange(option.value),
        }))}
      />
      {chosen && <ClearFilter name={name} onClear={() => onChange(undefined)} />}
    </span>
  );
}

export function ClearFilter({ name, onClear }: { name: string; onClear: () => void }) {
  return (
    <button
      type="button"
      aria-label={`Clear the filter ${name}`}
      className="mr-0.5 flex size-6 items-center justify-center rounded-full text-ink-3 hover:bg-hover hover:text-ink"
      onClick={onClear}
    >
      <X aria-hidden className="size-3.5" />
    </button>
  );
}

interface BatchProps {
  count: number;
  onClear: () => void;
  children: ReactNode;
}

/** Floats over a list while rows are selected. */
export function BatchBar({ count, onClear, children }: BatchProps) {
  useHotkeys(count > 0 ? [{ keys: "escape", label: "Clear the selection", isMove: true, run: onClear }] : []);
  if (count === 0) return null;
  return (
    <div
      role="toolbar"
      aria-label="Selected rows"
      className="absolute bottom-4 left-1/2 z-20 flex -translate-x-1/2 items-center gap-2 rounded-lg border border-line bg-raised p-2 shadow-pop"
    >
      <span className="px-2 text-sm font-medium whitespace-nowrap">{count} selected</span>
      {children}
      <Button look="quiet" size="icon" label="Clear the selection" onClick={onClear}>
        <X aria-hidden className="size-4" />
      </Button>
    </div>
  );
}
