import { useEffect, useState } from "react";
import { useEngine } from "../../sync-react/index.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { focusList } from "../items/focus.ts";
import { readWritten, type Written } from "./draft.ts";
import { CreateForm } from "./form.tsx";
import { type CreateRequest, closeCreate, useCreateRequest } from "./store.ts";

/** The dialog for a new item. Once, at the root of a workspace. */
export function CreateDialog() {
  const request = useCreateRequest();
  return request ? <Open key={request.again ?? request.parent ?? request.project ?? ""} request={request} /> : null;
}

function Open({ request }: { request: CreateRequest }) {
  const engine = useEngine();
  const [written, setWritten] = useState<Written | null>(null);
  useEffect(() => {
    let current = true;
    readWritten(engine, request.again).then(
      (found) => current && setWritten(found),
      () => current && setWritten({ name: "", text: "" }),
    );
    return () => {
      current = false;
    };
  }, [engine, request.again]);
  const close = () => {
    closeCreate();
    focusList();
  };
  if (!written) return null;
  return (
    <Dialog
      open
      onOpenChange={close}
      title={request.parent ? "New sub-item" : "New item"}
      bare
      place="top"
      className="max-w-160"
    >
      <CreateForm request={request} written={written} onDone={close} />
    </Dialog>
  );
}
