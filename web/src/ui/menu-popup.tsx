/** The menu itself; see `menu.tsx`. It is open when it first renders. */
import { Menu } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactElement } from "react";
import { cx } from "./class-names.ts";

export interface MenuItem {
  label: string;
  /** A quieter text next to the label. */
  about?: string | undefined;
  onSelect: () => void;
  /** The reason why the item is disabled. */
  denied?: string | undefined;
  isChecked?: boolean;
  isDangerous?: boolean;
}

export type MenuEntry = MenuItem | { heading: string } | "line";

export interface MenuProps {
  /** The button that opens the menu. */
  trigger: ReactElement<object>;
  entries: readonly MenuEntry[];
  side?: "top" | "bottom" | "right";
}

export function MenuPopup({ trigger, entries, side = "bottom" }: MenuProps) {
  return (
    <Menu.Root defaultOpen>
      <Menu.Trigger render={trigger} />
      <Menu.Portal>
        <Menu.Positioner role="region" aria-label="Menu" side={side} align="start" sideOffset={4} className="z-50">
          <Menu.Popup className="min-w-52 rounded-lg border border-line bg-raised p-1 shadow-pop outline-none">
            {entries.map((entry, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: entries of one menu do not move.
              <Entry key={at} entry={entry} />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Entry({ entry }: { entry: MenuEntry }) {
  if (entry === "line") return <Menu.Separator className="my-1 h-px bg-line" />;
  if ("heading" in entry) {
    // Screen readers get this text from the name of the button.
    return (
      <div aria-hidden className="px-2 py-1.5 text-xs text-ink-3">
        {entry.heading}
      </div>
    );
  }
  return <Item {...entry} />;
}

function Item({ label, about, onSelect, denied, isChecked, isDangerous = false }: MenuItem) {
  return (
    <Menu.Item
      onClick={onSelect}
      disabled={denied !== undefined}
      className={cx(
        "flex items-center gap-2 rounded-sm px-2 py-1.5 outline-none select-none data-[highlighted]:bg-hover",
        isDangerous && denied === undefined && "text-failed",
        denied !== undefined && "text-ink-3",
      )}
    >
      <span className="min-w-0 grow">
        <bdi className="block truncate">{label}</bdi>
        {denied && <span className="block max-w-64 text-xs">{denied}</span>}
      </span>
      {about && <span className="text-sm text-ink-3">{about}</span>}
      {isChecked && <Check aria-label="chosen" className="size-4 text-accent-ink" />}
    </Menu.Item>
  );
}
