/** A row of figures, each under its name. */
import type { ReactNode } from "react";

export function Figures({ children }: { children: ReactNode }) {
  return <dl className="flex flex-wrap gap-x-8 gap-y-2 max-sm:grid max-sm:grid-cols-3 max-sm:gap-x-4">{children}</dl>;
}

export function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-ink-3">{name}</dt>
      <dd className="text-lg tabular-nums">{children}</dd>
    </div>
  );
}
