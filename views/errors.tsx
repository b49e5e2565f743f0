/** @jsxImportSource @kitajs/html */
import { Document } from "./layout/document.tsx";
import { Icon } from "./ui/icon.tsx";

/** A page of its own, without the frame: it must show even when nothing else can be read. */
export const ErrorPage = ({ status, detail, requestId }: { status: number; detail: string; requestId: string }) => (
  <Document title={status === 404 ? "Not found" : "Error"}>
    <main class="grid min-h-dvh grid-rows-[1fr_auto] px-4" id="main">
      <div class="mx-auto flex w-full max-w-md flex-col justify-center gap-6 py-12">
        <div class="empty">
          <header>
            <figure>
              <Icon name={status === 404 ? "not-found" : "broken"} />
            </figure>
            <p class="num text-xs text-muted-foreground">{status}</p>
            <h1 class="text-xl!" safe>
              {headline(status)}
            </h1>
            <p>
              <span safe>{detail}</span> {status === 404 ? "Nothing was changed." : <Quote requestId={requestId} />}
            </p>
          </header>
          <section>
            <div class="flex flex-wrap justify-center gap-2">
              <a class="btn" href="/">
                Go to collections
              </a>
              <a class="btn" data-variant="outline" href="/sellers">
                Search sellers
              </a>
            </div>
          </section>
        </div>
      </div>
      <footer class="mx-auto pb-6 text-xs text-muted-foreground">SellerCollection, self-hosted</footer>
    </main>
  </Document>
);

function headline(status: number): string {
  if (status === 404) return "This page is not here";
  return status >= 500 ? "Something broke on our side" : "This did not work";
}

const Quote = ({ requestId }: { requestId: string }) => (
  <>
    Your list and any run in progress are safe. Quote{" "}
    <span class="font-mono break-all" safe>
      {requestId}
    </span>{" "}
    if you report this.
  </>
);
