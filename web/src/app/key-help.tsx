/** Lists the keyboard shortcuts of the current page: those of a row, the others, and those that go to another page. */
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { useListedHotkeys } from "../ui/keys.ts";
import { SingleKeysSwitch } from "./single-keys-switch.tsx";

export function KeyHelp({ onClose }: { onClose: () => void }) {
  const listed = useListedHotkeys().flatMap(({ keys, ...rest }) => (keys === undefined ? [] : [{ keys, ...rest }]));
  const goes = ({ keys }: { keys: string }) => keys.startsWith("g ");
  const here = listed.filter((one) => !goes(one));
  return (
    <Dialog title="Keyboard shortcuts" isOpen onClose={onClose}>
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        <div className="space-y-5">
          <Shortcuts
            title="On a row"
            of={here.filter(({ isRow }) => isRow).toSorted((a, b) => placeOf(a) - placeOf(b))}
          />
          <Shortcuts title="On this page" of={here.filter(({ isRow }) => !isRow)} />
        </div>
        <Shortcuts title="Go to" of={listed.filter(goes).map((one) => ({ ...one, label: pageOf(one.label) }))} />
      </div>
      <div className="mt-5 border-t border-line pt-4">
        <SingleKeysSwitch />
      </div>
    </Dialog>
  );
}

/** The keys of every list come first. */
const LIST_KEYS = ["j", "k", "enter", "x"];
const placeOf = ({ keys }: Shortcut) => (LIST_KEYS.includes(keys) ? LIST_KEYS.indexOf(keys) : LIST_KEYS.length);

/** The heading says "Go to" already. */
const pageOf = (label: string | undefined) => label?.replace(/^Go to /, "");

interface Shortcut {
  keys: string;
  label?: string | undefined;
}

function Shortcuts({ title, of }: { title: string; of: readonly Shortcut[] }) {
  if (of.length === 0) return null;
  return (
    <section>
      <h3 className="mb-2 text-sm text-ink-3">{title}</h3>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1.5">
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
