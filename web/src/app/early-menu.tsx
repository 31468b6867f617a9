/** The field of the command menu while the menu loads. Both show one text, so that no typed letter is lost. */
export interface MenuFieldProps {
  text: string;
  onText: (text: string) => void;
  onClose: () => void;
}

export const MENU_NAME = "Search and commands";
export const MENU_PLACEHOLDER = "Find a page, a command, a task or an agent";
export const MENU_POPUP =
  "fixed top-[10dvh] left-1/2 z-40 flex max-h-[70dvh] w-[min(600px,calc(100vw-16px))] -translate-x-1/2 flex-col overflow-hidden rounded-lg border border-line bg-raised shadow-pop";
export const MENU_FIELD = "h-12 shrink-0 border-b border-line bg-transparent px-4 text-lg outline-none";

export function EarlyMenu({ text, onText, onClose }: MenuFieldProps) {
  return (
    <>
      <div className="fixed inset-0 z-40 bg-scrim" />
      <div role="dialog" aria-modal aria-label={MENU_NAME} className={MENU_POPUP}>
        <input
          // biome-ignore lint/a11y/noAutofocus: the person opened this field to type.
          autoFocus
          aria-label={MENU_NAME}
          placeholder={MENU_PLACEHOLDER}
          className={MENU_FIELD}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && onClose()}
        />
      </div>
    </>
  );
}
