/** A dialog that chooses one agent. */

import { Dialog } from "../../ui/dialog.tsx";
import { AgentPicker } from "./agent-picker.tsx";

interface ChooseAgentProps {
  title: string;
  id: string | undefined;
  onChoose: (id: string) => void;
  onClose: () => void;
}

export function ChooseAgent({ title, id, onChoose, onClose }: ChooseAgentProps) {
  const choose = (chosen: string | undefined) => {
    if (chosen === undefined || chosen === id) return;
    onChoose(chosen);
    onClose();
  };
  return (
    <Dialog title={title} isOpen onClose={onClose} width="small">
      <AgentPicker label="Agent" value={id} onChange={choose} isAutoFocused />
    </Dialog>
  );
}
