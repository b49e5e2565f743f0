/** @jsxImportSource @kitajs/html */
import type { Children } from "@kitajs/html";

/** The outermost markup of every page. `refreshSeconds` reloads it where scripts are off. */
export const Document = ({
  title,
  refreshSeconds,
  children,
}: {
  title: string;
  refreshSeconds?: number | undefined;
  children: Children;
}) => (
  <html lang="en" data-theme="system">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="htmx-config" content='{"includeIndicatorCSS":false,"sse":{"reconnectMaxDelay":2000}}' />
      <title safe>{`${title} · SellerCollection`}</title>
      <link rel="icon" href="/static/favicon.svg" type="image/svg+xml" />
      <link rel="preload" href="/static/fonts/geist-latin.woff2" as="font" type="font/woff2" crossorigin="anonymous" />
      <link rel="stylesheet" href="/static/app.css" />
      <script src="/static/htmx.js" defer></script>
      <script src="/static/app.js" defer></script>
      {refreshSeconds === undefined ? null : (
        <noscript>
          <meta http-equiv="refresh" content={String(refreshSeconds)} />
        </noscript>
      )}
    </head>
    <body>
      <a class="skip" href="#main">
        Skip to content
      </a>
      {children}
    </body>
  </html>
);
