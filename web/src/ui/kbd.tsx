/** A keyboard shortcut as it looks on the keyboard: `g i`, `mod+k`. */
import { isSingle, useSingleKeys } from "./single-keys.ts";

const IS_MAC = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const SIGNS: Record<string, string> = { mod: IS_MAC ? "⌘" : "Ctrl", enter: "Enter", escape: "Esc", up: "↑", down: "↓" };

export function Kbd({ keys }: { keys: string }) {
  const [isOn] = useSingleKeys();
  if (!isOn && isSingle(keys)) return null;
  return (
    <span className="inline-flex gap-1">
      {keys.split(/[ +]/).map((key) => (
        <kbd
          key={key}
          className="min-w-5 rounded-sm border border-current/30 px-1 text-center font-sans text-xs leading-4"
        >
          {SIGNS[key] ?? key.toUpperCase()}
        </kbd>
      ))}
    </span>
  );
}
