/** Tabs that switch between views. */
import { useEffect, useRef } from "react";
import { cx } from "./class-names.ts";
import { useHotkeys } from "./keys.ts";

interface TabsProps<Value extends string> {
  label: string;
  value: Value;
  tabs: readonly { value: Value; label: string; count?: number | undefined }[];
  onChange: (value: Value) => void;
  /** The digits show the tabs; for one row of tabs in a page. */
  hasDigits?: boolean;
}

/** The visible width of the tab before the selected one. */
const SIDE_PX = 48;

export function Tabs<Value extends string>({ label, value, tabs, onChange, hasDigits }: TabsProps<Value>) {
  const list = useRef<HTMLDivElement>(null);
  // Keep the selected tab visible where not all tabs fit.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the value identifies the selected tab.
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    // Scroll only the tabs, not the page.
    if (chosen && list.current) list.current.scrollLeft = chosen.offsetLeft - list.current.offsetLeft - SIDE_PX;
  }, [value]);
  useHotkeys(
    (hasDigits ? tabs : []).map((tab, at) => ({
      keys: `${at + 1}`,
      label: `${label}: ${tab.label}`,
      isMove: true,
      run: () => onChange(tab.value),
    })),
  );
  return (
    <div ref={list} role="tablist" aria-label={label} className="flex gap-1 overflow-x-auto">
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          aria-selected={tab.value === value}
          tabIndex={tab.value === value ? 0 : -1}
          className={cx(
            "h-7 rounded px-2.5 text-sm whitespace-nowrap",
            tab.value === value ? "bg-pressed font-medium text-ink" : "text-ink-2 hover:bg-hover",
          )}
          onClick={() => onChange(tab.value)}
          onKeyDown={({ key, currentTarget }) => {
            const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
            const next = tabs[tabs.indexOf(tab) + step];
            if (step === 0 || !next) return;
            onChange(next.value);
            const sibling = step > 0 ? currentTarget.nextElementSibling : currentTarget.previousElementSibling;
            if (sibling instanceof HTMLElement) sibling.focus();
          }}
        >
          {tab.label}
          {tab.count !== undefined && <span className="ml-0.5 text-ink-3 tabular-nums"> {tab.count}</span>}
        </button>
      ))}
    </div>
  );
}
