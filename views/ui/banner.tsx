/** @jsxImportSource @kitajs/html */
import { Icon, type IconName } from "./icon.tsx";

export type Tone = "ok" | "warn" | "bad" | "info";

const ICONS: Record<Tone, IconName> = {
  ok: "circle-check",
  warn: "triangle-alert",
  bad: "octagon-x",
  info: "circle-alert",
};

interface BannerProps {
  tone: Tone;
  title: string;
  text: string;
  /** What to type to go on. */
  command?: string | undefined;
}

/** What the whole page should know first. Trouble interrupts a screen reader, good news waits its turn. */
export const Banner = ({ tone, title, text, command }: BannerProps) => (
  <div class="banner" data-tone={tone} role={tone === "bad" || tone === "warn" ? "alert" : "status"}>
    <Icon name={ICONS[tone]} />
    <div>
      <strong safe>{title}</strong>
      <p safe>{text}</p>
      {command === undefined ? null : (
        <p class="mt-1.5 flex flex-wrap items-baseline gap-x-2 gap-y-1">
          Go on with
          <code class="rounded-md border bg-card px-2 py-1 font-mono text-2xs break-words text-foreground" safe>
            {command}
          </code>
        </p>
      )}
    </div>
  </div>
);
