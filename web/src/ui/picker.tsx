/** A field with a list of entries; typing narrows the list. */
import { Combobox } from "@base-ui/react/combobox";
import type { ReactNode } from "react";
import { cx } from "./class-names.ts";
import { Field, INPUT, type LabelledProps } from "./field.tsx";

interface PickerProps<Item> extends LabelledProps {
  /** The entries that match the typed text. */
  items: readonly Item[];
  value: Item | undefined;
  onChange: (item: Item | undefined) => void;
  onType: (text: string) => void;
  idOf: (item: Item) => string;
  nameOf: (item: Item) => string;
  placeholder: string;
  /** Shown when no entry matches. */
  empty: string;
  isAutoFocused?: boolean;
  children: (item: Item) => ReactNode;
}

export function Picker<Item>(props: PickerProps<Item>) {
  const { items, value, onChange, onType, idOf, nameOf, placeholder, empty, isAutoFocused, children, ...label } = props;
  return (
    <Combobox.Root
      items={items}
      filter={null}
      value={value ?? null}
      onValueChange={(item: Item | null) => onChange(item ?? undefined)}
      onInputValueChange={onType}
      itemToStringLabel={nameOf}
      isItemEqualToValue={(one: Item, other: Item) => idOf(one) === idOf(other)}
    >
      <Field {...label}>
        {(ids) => (
          <Combobox.Input
            {...ids}
            placeholder={placeholder}
            autoFocus={isAutoFocused ?? false}
            className={cx(INPUT, "h-8")}
          />
        )}
      </Field>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={4} className="z-50">
          <Combobox.Popup className="max-h-72 w-(--anchor-width) min-w-64 overflow-y-auto rounded border border-line bg-raised p-1 shadow-pop">
            <Combobox.Empty className="px-2 text-sm text-ink-3 not-empty:py-2">{empty}</Combobox.Empty>
            <Combobox.List>
              {(item: Item) => (
                <Combobox.Item
                  key={idOf(item)}
                  value={item}
                  className="flex items-center gap-2 rounded-sm px-2 py-1.5 data-[highlighted]:bg-hover"
                >
                  {children(item)}
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
