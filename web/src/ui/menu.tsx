/** A list of things to do, that opens from a button. What it is made of is loaded when somebody is about to open it. */
import { lazy, type ReactElement, Suspense, useState } from "react";

export interface MenuItem {
  label: string;
  /** Beside the label, quieter. */
  about?: string | undefined;
  onSelect: () => void;
  /** Why it cannot be done now. */
  denied?: string | undefined;
  isChecked?: boolean;
  isDangerous?: boolean;
}

export type MenuEntry = MenuItem | { heading: string } | "line";

export interface MenuProps {
  /** A button. */
  trigger: ReactElement<object>;
  entries: readonly MenuEntry[];
  side?: "top" | "bottom" | "right";
}

const load = () => import("./menu-popup.tsx");
const MenuPopup = lazy(() => load().then(({ MenuPopup }) => ({ default: MenuPopup })));

export function Menu(props: MenuProps) {
  const [isWanted, setWanted] = useState(false);
  const preload = () => void load();
  // Stands in until the first opening; Base UI's own trigger takes over then.
  const plain = (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside is what is pressed.
    <span className="contents" onPointerEnter={preload} onFocus={preload} onClickCapture={() => setWanted(true)}>
      {props.trigger}
    </span>
  );
  return isWanted ? (
    <Suspense fallback={plain}>
      <MenuPopup {...props} />
    </Suspense>
  ) : (
    plain
  );
}
