/** The command menu: typing finds pages, commands, tasks and agents. */
import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { cx } from "../ui/class-names.ts";
import { Kbd } from "../ui/kbd.tsx";
import type { Choice } from "./choice.ts";
import { MENU_FIELD, MENU_NAME, MENU_PLACEHOLDER, MENU_POPUP, type MenuFieldProps } from "./early-menu.tsx";
import { useChoices } from "./use-choices.ts";

export function CommandMenu({ text, onText, onClose }: MenuFieldProps) {
  const { groups, isSearching } = useChoices(text.trim());
  const choose = (choice: Choice) => {
    onClose();
    choice.run();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup aria-label={MENU_NAME} className={MENU_POPUP}>
          <Autocomplete.Root
            inline
            items={groups}
            filter={null}
            autoHighlight="always"
            value={text}
            onValueChange={onText}
            itemToStringValue={(choice: Choice) => choice.label}
          >
            <Autocomplete.Input
              // The field that stood here before had the focus.
              autoFocus
              aria-label={MENU_NAME}
              placeholder={MENU_PLACEHOLDER}
              className={MENU_FIELD}
              onFocus={({ target }) => target.setSelectionRange(target.value.length, target.value.length)}
            />
            <Autocomplete.Empty className="px-4 text-ink-3 not-empty:py-6">
              {isSearching ? "Searching…" : "Nothing found."}
            </Autocomplete.Empty>
            <Autocomplete.List className="min-h-0 overflow-y-auto p-1">
              {(group: (typeof groups)[number]) => (
                <Autocomplete.Group key={group.value} items={group.items}>
                  <Autocomplete.GroupLabel className="px-3 pt-2 pb-1 text-xs font-medium text-ink-3">
                    {group.value}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(choice: Choice) => <ChoiceLine key={choice.id} choice={choice} onChoose={choose} />}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
            <p className="shrink-0 border-t border-line px-4 py-2 text-xs text-ink-3 max-sm:hidden">
              Type a name or an id; or pause, resume or message, and an agent.
            </p>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function ChoiceLine({ choice, onChoose }: { choice: Choice; onChoose: (choice: Choice) => void }) {
  const { label, about, detail, who, denied, keys } = choice;
  return (
    <Autocomplete.Item
      value={choice}
      disabled={denied !== undefined}
      onClick={() => onChoose(choice)}
      className="flex min-h-9 items-center gap-3 rounded px-3 data-[highlighted]:bg-hover"
    >
      <span className={cx("min-w-0 grow py-1", denied !== undefined && "text-ink-3")}>
        <bdi className="block truncate">{label}</bdi>
        {detail && (
          <span className="block truncate text-sm text-ink-3">
            {who && (
              <>
                <bdi>{who}</bdi> ·{" "}
              </>
            )}
            {detail}
          </span>
        )}
      </span>
      <span className="max-w-[50%] truncate text-sm text-ink-3">{denied ?? about}</span>
      {keys && <Kbd keys={keys} />}
    </Autocomplete.Item>
  );
}
