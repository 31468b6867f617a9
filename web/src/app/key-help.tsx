/** Lists the keyboard shortcuts of the current page. */
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { useListedHotkeys } from "../ui/keys.ts";
import { SingleKeysSwitch } from "./single-keys-switch.tsx";

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const hotkeys = useListedHotkeys();
  return (
    <Dialog title="Keyboard shortcuts" isOpen onClose={onClose}>
      <dl className="grid grid-cols-[1fr_auto] gap-y-2 sm:grid-cols-[1fr_auto_1fr_auto] sm:gap-x-6">
        {hotkeys.flatMap(({ keys, label }) =>
          keys === undefined ? (
            []
          ) : (
            <div key={`${keys} ${label}`} className="contents">
              <dt>{label}</dt>
              <dd>
                <Kbd keys={keys} />
              </dd>
            </div>
          ),
        )}
      </dl>
      <div className="mt-5 border-t border-line pt-4">
        <SingleKeysSwitch />
      </div>
    </Dialog>
  );
}
