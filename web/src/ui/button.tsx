/** Buttons, and links that look like buttons. A disabled button gives its reason. */
import type { ComponentProps, ReactNode } from "react";
import { cx } from "./class-names.ts";
import { Tip } from "./tip.tsx";

type Look = "primary" | "plain" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-white hover:bg-accent-hover",
  plain: "border border-line-strong bg-raised text-ink hover:bg-hover",
  quiet: "text-ink-2 hover:bg-hover hover:text-ink",
  danger: "border border-line-strong bg-raised text-failed hover:bg-failed-soft",
};

const BASE =
  "inline-flex shrink-0 items-center justify-center gap-1.5 rounded font-medium transition-colors select-none";
const SIZES = {
  small: "h-7 px-2 text-sm whitespace-nowrap",
  medium: "h-8 px-3 text-base whitespace-nowrap",
  icon: "size-8 text-base",
  /** For a text of an agent. */
  lines: "min-h-7 max-w-full px-2.5 py-1 text-left text-sm [overflow-wrap:anywhere]",
};
const OFF = "cursor-not-allowed opacity-55";

export interface ButtonProps extends Omit<ComponentProps<"button">, "disabled"> {
  look?: Look | undefined;
  size?: keyof typeof SIZES | undefined;
  /** The reason why the button is disabled. It stays focusable, so that everyone can read the reason. */
  denied?: string | undefined;
  isBusy?: boolean | undefined;
  /** The name of a button with only an icon; shown as its tip. */
  label?: string | undefined;
  /** The keyboard shortcut, shown in the tip. */
  keys?: string | undefined;
}

export function Button(props: ButtonProps) {
  const { look = "plain", size = "medium", denied, isBusy = false, label, keys, className, onClick, ...rest } = props;
  const isOff = denied !== undefined || isBusy;
  const button = (
    <button
      type="button"
      {...rest}
      className={buttonClass(look, size, cx(isOff && OFF, className))}
      aria-label={label}
      aria-disabled={isOff || undefined}
      aria-busy={isBusy || undefined}
      onClick={isOff ? (event) => event.preventDefault() : onClick}
    />
  );
  const tip = denied ?? label;
  return tip === undefined && keys === undefined ? (
    button
  ) : (
    <Tip text={tip} keys={keys}>
      {button}
    </Tip>
  );
}

/** For links that act as buttons. */
export function buttonClass(look: Look = "plain", size: keyof typeof SIZES = "medium", more?: string): string {
  return cx(BASE, SIZES[size], LOOKS[look], more);
}

export function ButtonRow({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-2">{children}</div>;
}
