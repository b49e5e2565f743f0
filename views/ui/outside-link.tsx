/** @jsxImportSource @kitajs/html */
/**
 * A link to an address that came from outside. Anything but http and https (`javascript:` above all) is shown as plain
 * text. The other site is not told where the visitor came from.
 */
export const OutsideLink = ({ href, text, class: classes }: { href: string | null; text: string; class?: string }) =>
  href !== null && /^https?:\/\//i.test(href) ? (
    <a href={href} rel="noreferrer noopener" target="_blank" class={classes ?? "hover:underline"} safe>
      {text}
    </a>
  ) : (
    <span class={classes} safe>
      {text}
    </span>
  );
