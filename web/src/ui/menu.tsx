/** A list of things to do, that opens from a button. What it is made of is loaded when somebody is about to open it. */
import { lazy, Suspense, useState } from "react";
import type { MenuProps } from "./menu-popup.tsx";

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
