/** A checkbox: the browser's own, in our colours and with a target large enough for a thumb. */
import { Check } from "lucide-react";
import type { ComponentProps } from "react";

export function Tick(props: Omit<ComponentProps<"input">, "type" | "className">) {
  return (
    <span className="relative inline-flex size-6 shrink-0">
      <input {...props} type="checkbox" className="peer absolute inset-0 size-6 opacity-0" />
      <span
        aria-hidden
        className="pointer-events-none m-1 flex size-4 items-center justify-center rounded-sm border border-ink-3 bg-raised *:invisible peer-checked:border-accent peer-checked:bg-accent peer-checked:text-white peer-checked:*:visible peer-focus-visible:outline-2 peer-focus-visible:outline-offset-1 peer-focus-visible:outline-accent-ink peer-disabled:opacity-50"
      >
        <Check className="size-3" strokeWidth={3} />
      </span>
    </span>
  );
}
