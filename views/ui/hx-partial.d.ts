// htmx 4: a fragment with its own target; several of them travel in one answer or one live message.
declare namespace JSX {
  interface IntrinsicElements {
    "hx-partial": HtmlTag & { "hx-target": string; "hx-swap": string };
  }
}
