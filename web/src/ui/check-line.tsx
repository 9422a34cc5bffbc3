import { useId } from "react";
import { Checkbox } from "./toggle.tsx";

export interface CheckLineProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: string;
}

/** A box and its words, both of which check it. */
export function CheckLine({ checked, onChange, children }: CheckLineProps) {
  const id = useId();
  return (
    <span className="flex items-center gap-2 text-13 pointer-coarse:min-h-11">
      <Checkbox id={id} checked={checked} onChange={onChange} />
      <label htmlFor={id}>{children}</label>
    </span>
  );
}
