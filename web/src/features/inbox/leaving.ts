/** While something is on its way to the server that is lost when the page goes, the browser asks first. */

let waiting = 0;

const ask = (event: Event) => event.preventDefault();

/** Until the returned function is called. */
export function askBeforeLeaving(): () => void {
  if (waiting++ === 0) addEventListener("beforeunload", ask);
  return () => {
    if (--waiting === 0) removeEventListener("beforeunload", ask);
  };
}
