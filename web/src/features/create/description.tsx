import { Editor } from "../../editor/lazy.tsx";
import type { Id } from "../../sync/rows.ts";
import { useTextServices } from "../detail/services.ts";

export interface DescriptionProps {
  project: Id;
  html: string;
  onChange: (html: string) => void;
  onSubmit: () => void;
}

const attachLater = () => undefined;

export default function Description({ project, html, onChange, onSubmit }: DescriptionProps) {
  const services = useTextServices(project, attachLater);
  return (
    <Editor
      html={html}
      label="Description"
      placeholder="Add a description…"
      services={services.editor}
      reading={services.reader}
      oneRoot
      onEdit={({ read }) => onChange(read())}
      onSubmit={onSubmit}
      className="min-h-24 pb-2"
    />
  );
}
