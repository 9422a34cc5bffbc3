import { useEffect, useRef } from "react";

/** Whether what calls it is still on the screen: whoever has left meanwhile is not fetched back. */
export function useHere(): () => boolean {
  const here = useRef(false);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  return () => here.current;
}
