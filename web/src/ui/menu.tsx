/** A menu that opens from a button. Its code loads when the pointer or the focus reaches the button. */
import { lazy, Suspense, useState } from "react";
import type { MenuProps } from "./menu-popup.tsx";

const load = () => import("./menu-popup.tsx");
const MenuPopup = lazy(() => load().then(({ MenuPopup }) => ({ default: MenuPopup })));

export function Menu(props: MenuProps) {
  const [isWanted, setWanted] = useState(false);
  const preload = () => void load();
  // Replaces the trigger of Base UI until the menu opens for the first time.
  const plain = (
    // biome-ignore lint/a11y/noStaticElementInteractions: the person presses the button inside.
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
