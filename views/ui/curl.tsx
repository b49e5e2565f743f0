/** @jsxImportSource @kitajs/html */
/** How a program asks for what the page shows. */
export const Curl = ({ url }: { url: string }) => (
  <details class="curl mt-auto">
    <summary>The same as JSON</summary>
    <code tabindex="0" safe>{`curl '${quoted(url)}'`}</code>
  </details>
);

/** Inside single quotes a shell takes everything as it is, but a quote ends them. */
const quoted = (url: string): string => url.replaceAll("'", "%27");
