/** How the list looks that opens below a field in which one types to choose. */
export const PICKER_LIST =
  "max-h-72 w-(--anchor-width) min-w-64 overflow-y-auto rounded border border-line bg-raised p-1 shadow-pop";
export const PICKER_ITEM = "flex items-center gap-2 rounded-sm px-2 py-1.5 data-[highlighted]:bg-hover";
export const PICKER_EMPTY = "px-2 text-sm text-ink-3 not-empty:py-2";
