/** A field with a list of entries; typing narrows the list. */
import { Combobox } from "@base-ui/react/combobox";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
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
  const [isOpen, setOpen] = useState(false);
  const { text, type, choose } = useTyped(props);
  const isChosen = value !== undefined && text === nameOf(value);
  const { input, onKey } = useReplacedText(isChosen);
  // The entries of an earlier text stay until those of the new text arrive. Enter must not choose one of them.
  const fitting = isChosen ? items : items.filter((item) => isNamed(nameOf(item), text));
  return (
    <Combobox.Root
      items={fitting}
      filter={null}
      autoHighlight
      value={value ?? null}
      onValueChange={(item: Item | null) => choose(item ?? undefined)}
      inputValue={text}
      onInputValueChange={(next, { reason }) => {
        // The library clears a text without a match when the list closes. The person may still correct it.
        if (reason !== "input-clear") type(next);
      }}
      open={isOpen}
      onOpenChange={(next, { reason }) => {
        // An emptied field offers every entry again.
        if (reason !== "input-clear") setOpen(next);
      }}
      itemToStringLabel={nameOf}
      isItemEqualToValue={(one: Item, other: Item) => idOf(one) === idOf(other)}
    >
      <Field {...label}>
        {(ids) => (
          <Combobox.Input
            {...ids}
            {...input}
            placeholder={placeholder}
            autoFocus={isAutoFocused ?? false}
            className={cx(INPUT, "h-8")}
            onKeyDown={(event) => {
              onKey(event);
              if (event.key !== "Enter" || !isOpen) return;
              // Enter in an open list chooses an entry, and never submits the form.
              event.preventDefault();
              // The list stays open while it has no entry for the text.
              if (fitting.length === 0) event.preventBaseUIHandler();
            }}
          />
        )}
      </Field>
      <Entries empty={empty} idOf={idOf}>
        {children}
      </Entries>
    </Combobox.Root>
  );
}

function Entries<Item>({ empty, idOf, children }: Pick<PickerProps<Item>, "empty" | "idOf" | "children">) {
  return (
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
  );
}

/** The text of the field: the name of the chosen entry, or what the person types. */
function useTyped<Item>({ value, nameOf, onType, onChange }: PickerProps<Item>) {
  const [typed, setTyped] = useState<string>();
  const type = (text: string) => {
    setTyped(text);
    onType(text);
  };
  const choose = (item: Item | undefined) => {
    setTyped(undefined);
    onType(item ? nameOf(item) : "");
    onChange(item);
  };
  return { text: typed ?? (value ? nameOf(value) : ""), type, choose };
}

/** Typing at the end of the name of the chosen entry replaces the name, and does not continue it. */
function useReplacedText(isChosen: boolean) {
  const ref = useRef<HTMLInputElement>(null);
  const select = () => {
    if (isChosen) ref.current?.select();
  };
  const onKey = ({ key, ctrlKey, metaKey }: KeyboardEvent) => {
    const isLetter = key.length === 1 && !ctrlKey && !metaKey;
    if (isLetter && ref.current?.selectionStart === ref.current?.value.length) select();
  };
  return { input: { ref, onFocus: select, onClick: select }, onKey };
}

function isNamed(name: string, text: string): boolean {
  return name.toLowerCase().includes(text.trim().toLowerCase());
}
