import { Copy } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { copyText } from "../../ui/copy.ts";

export interface OnceProps {
  /** What to do with it now. */
  sentence: string;
  /** What is shown, by what it is called: "Token" is copied as "Token copied". */
  secrets: readonly (readonly [name: string, value: string])[];
  /** A line below. */
  children?: ReactNode;
}

/** Something that the server has said now and will not say again. */
export function Once({ sentence, secrets, children }: OnceProps) {
  return (
    <div role="status" className="rounded-panel border border-line bg-sunken p-3">
      <p className="text-13 font-medium wrap-anywhere">{sentence}</p>
      {secrets.map(([name, value]) => (
        <div key={name} className="mt-2">
          {secrets.length > 1 && <p className="mb-1 text-12 text-muted">{name}</p>}
          <div className="flex items-center gap-2">
            <code className="min-w-0 flex-1 truncate rounded-control border border-line bg-raised px-2.5 py-1.5 font-mono text-12 select-all">
              {value}
            </code>
            <Button
              icon={<Copy aria-hidden="true" />}
              {...(secrets.length > 1 ? { "aria-label": `Copy ${name}` } : {})}
              onClick={() => void copyText(value, `${name} copied`)}
            >
              Copy
            </Button>
          </div>
        </div>
      ))}
      {children && <div className="mt-2 text-12 text-muted">{children}</div>}
    </div>
  );
}
