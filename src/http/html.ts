/** Markup as Kita JSX makes it: a string, or a promise where a component is asynchronous. */
type Markup = string | Promise<string>;

/** A whole page, or a fragment of one (`<!doctype html>` before a fragment is ignored by browsers and htmx alike). */
export async function html(markup: Markup, status = 200): Promise<Response> {
  return new Response(`<!doctype html>${await markup}`, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
  });
}
