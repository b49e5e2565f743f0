interface Route {
  method: string;
  /** `/api/sellers/:id`, `/static/*`. */
  path: string;
}

/** The methods that an address answers to, in alphabetical order; none where there is nothing. */
export function methodsAt(routes: readonly Route[], pathname: string): string[] {
  const methods = routes.filter((route) => fits(route.path, pathname)).map((route) => route.method);
  const all = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  return [...new Set(all)].sort();
}

function fits(pattern: string, pathname: string): boolean {
  const [wanted, given] = [segments(pattern), segments(pathname)];
  const isOpen = wanted.at(-1) === "*";
  const fixed = isOpen ? wanted.slice(0, -1) : wanted;
  if (isOpen ? given.length < wanted.length : given.length !== wanted.length) return false;
  return fixed.every((part, index) => part.startsWith(":") || part === given[index]);
}

const segments = (path: string): string[] => path.split("/").filter((part) => part !== "");
