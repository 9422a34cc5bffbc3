/** The key by which an item goes now that is not held here under this one: it may have moved to another project. */

import { useEffect, useState } from "react";
import { answer, api } from "../../api/client.ts";
import { useEngine } from "../../sync-react/index.tsx";

/** Asks the server as long as `missing` says that nothing is held here under this key. `null`: there is none, or it is not known yet. */
export function useLaterKey(slug: string, key: string, missing: boolean): string | null {
  const engine = useEngine();
  const [found, setFound] = useState<{ readonly asked: string; readonly key: string } | null>(null);
  useEffect(() => {
    if (!missing) return;
    let wanted = true;
    const address = "/api/v1/workspaces/{slug}/work-items/{identifier}/";
    const params = { path: { slug, identifier: key }, query: { fields: "project,sequence_id" } };
    answer(api.GET(address, { params })).then(
      (item) => {
        const project = engine.table("project").get(item.project);
        if (wanted && project) setFound({ asked: key, key: `${project.identifier}-${item.sequence_id}` });
      },
      // Without the server it stays missing.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [engine, slug, key, missing]);
  return found?.asked === key && found.key !== key ? found.key : null;
}
