/** A menu that opens from a button. Its code loads when the pointer or the focus reaches the button. */
import { useState } from "react";
import { lazyPart, notifyNotLoaded } from "./lazy-part.tsx";
import type { MenuProps } from "./menu-popup.tsx";

const MenuPopup = lazyPart(() => import("./menu-popup.tsx"), "MenuPopup");

export function Menu(props: MenuProps) {
  const [isWanted, setWanted] = useState(false);
  const preload = () => void MenuPopup.preload();
  const open = async () => {
    await MenuPopup.preload();
    if (MenuPopup.isLoaded()) setWanted(true);
    else notifyNotLoaded();
  };
  // Replaces the trigger of Base UI until the menu opens for the first time.
  return isWanted ? (
    <MenuPopup {...props} />
  ) : (
    // biome-ignore lint/a11y/noStaticElementInteractions: the person presses the button inside.
    <span className="contents" onPointerEnter={preload} onFocus={preload} onClickCapture={() => void open()}>
      {props.trigger}
    </span>
  );
}
