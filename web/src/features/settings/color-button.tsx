import { Check } from "lucide-react";
import { type ReactElement, useState } from "react";
import { Popover } from "../../ui/popover.tsx";
import { COLORS } from "./colors.ts";

export interface ColorButtonProps {
  /** What the colour is of. */
  label: string;
  value: string;
  trigger: ReactElement;
  onChange: (color: string) => void;
}

/** Twelve colours to choose from; each has a name. */
export function ColorButton({ label, value, trigger, onChange }: ColorButtonProps) {
  const [open, setOpen] = useState(false);
  return (
    <Popover label={label} trigger={trigger} open={open} onOpenChange={setOpen} className="p-2">
      <div className="grid grid-cols-6 gap-1">
        {COLORS.map(([color, name]) => (
          <button
            key={color}
            type="button"
            aria-label={name}
            aria-pressed={color === value}
            onClick={() => {
              onChange(color);
              setOpen(false);
            }}
            className="flex size-7 items-center justify-center rounded-control hover:bg-hover pointer-coarse:size-11"
          >
            <span
              style={{ background: color }}
              className="flex size-4.5 items-center justify-center rounded-full text-on-accent"
            >
              {color === value && <Check aria-hidden="true" className="size-3!" />}
            </span>
          </button>
        ))}
      </div>
    </Popover>
  );
}
