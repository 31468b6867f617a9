/** Lists the keyboard shortcuts of the current page: those that act, and those that go to another page. */
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { useListedHotkeys } from "../ui/keys.ts";
import { SingleKeysSwitch } from "./single-keys-switch.tsx";

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const listed = useListedHotkeys().flatMap(({ keys, label }) => (keys === undefined ? [] : [{ keys, label }]));
  const goes = ({ keys }: Shortcut) => keys.startsWith("g ");
  return (
    <Dialog title="Keyboard shortcuts" isOpen onClose={onClose}>
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        <Shortcuts title="Actions" of={listed.filter((one) => !goes(one))} />
        <Shortcuts title="Pages" of={listed.filter(goes)} />
      </div>
      <div className="mt-5 border-t border-line pt-4">
        <SingleKeysSwitch />
      </div>
    </Dialog>
  );
}

interface Shortcut {
  keys: string;
  label: string | undefined;
}

function Shortcuts({ title, of }: { title: string; of: readonly Shortcut[] }) {
  return (
    <section>
      <h3 className="mb-2 text-sm text-ink-3">{title}</h3>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2">
        {of.map(({ keys, label }) => (
          <div key={`${keys} ${label}`} className="contents">
            <dt>{label}</dt>
            <dd className="text-right">
              <Kbd keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
