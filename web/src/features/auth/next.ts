/** Where to go after signing in: a path of this site, never another site's address. What is behind its `#` comes apart from it. */
export function localPath(next: string | undefined, hash = ""): string {
  if (!next?.startsWith("/")) return "/";
  const url = new URL(next, location.origin);
  if (hash !== "") url.hash = hash;
  return url.origin === location.origin ? url.pathname + url.search + url.hash : "/";
}

/** The sign-in that leads there. What is behind the `#` of an address may be a secret, and no server is sent it: it stays there. */
export function signInPath(next: string | undefined): string {
  if (next === undefined) return "/login";
  const [path = "", hash] = next.split("#", 2);
  return `/login?${new URLSearchParams({ next: path })}${hash ? `#${hash}` : ""}`;
}
