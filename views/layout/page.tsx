/** @jsxImportSource @kitajs/html */
import type { Children } from "@kitajs/html";
import { Curl } from "../ui/curl.tsx";
import { Icon, Logo } from "../ui/icon.tsx";
import { Document } from "./document.tsx";
import type { Shell } from "./shell.ts";
import { SideNav } from "./side-nav.tsx";

interface PageProps {
  title: string;
  current: "collections" | "sellers";
  shell: Shell;
  /** The address whose JSON answers what the page shows. */
  api: string;
  refreshSeconds?: number | undefined;
  children: Children;
}

/** A page inside the frame: navigation, what is going on, and the curl line of the same data. */
export const Page = ({ title, current, shell, api, refreshSeconds, children }: PageProps) => (
  <Document title={title} refreshSeconds={refreshSeconds}>
    <header class="topbar">
      <button type="button" class="btn" data-variant="ghost" data-size="icon" popovertarget="nav" aria-label="Menu">
        <Icon name="menu" />
      </button>
      <a href="/" class="flex items-center gap-2 font-semibold">
        <Logo class="size-5" />
        SellerCollection
      </a>
    </header>
    <div class="shell">
      <SideNav current={current} shell={shell} />
      <main class="main" id="main" tabindex="-1">
        {children}
        <Curl url={shell.origin + api} />
      </main>
    </div>
  </Document>
);
