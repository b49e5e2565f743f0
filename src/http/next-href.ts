/** The address of the next page of the list that this request shows; null when there is none. */
export function nextHref(request: Request, nextCursor: string | null): string | null {
  if (nextCursor === null) return null;
  const url = new URL(request.url);
  url.searchParams.set("cursor", nextCursor);
  return url.pathname + url.search;
}
