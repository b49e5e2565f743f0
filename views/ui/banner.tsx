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
}

/** What the whole page should know first. Trouble interrupts a screen reader, good news waits its turn. */
export const Banner = ({ tone, title, text }: BannerProps) => (
  <div class="banner" data-tone={tone} role={tone === "bad" || tone === "warn" ? "alert" : "status"}>
    <Icon name={ICONS[tone]} />
    <div>
      <strong safe>{title}</strong>
      <p safe>{text}</p>
    </div>
  </div>
);
