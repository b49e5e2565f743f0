/** @jsxImportSource @kitajs/html */
import { Icon } from "./icon.tsx";

interface PagerProps {
  /** What the list is called in ids: its rows lie in `<name>-rows`, and this is `<name>-pager`. */
  name: "run" | "seller" | "evidence";
  row: "tr" | "li";
  /** What is said beside the link. */
  note: string;
  /** Address of the next page; null on the last one. */
  next: string | null;
}

/** A plain link to the next page; with scripts its rows are put below those that are there. */
export const Pager = ({ name, row, note, next }: PagerProps) => (
  <footer id={`${name}-pager`}>
    <p class="num text-xs text-muted-foreground" safe>
      {note}
    </p>
    {next === null ? null : (
      <a
        class="btn ms-auto"
        data-variant="ghost"
        data-size="sm"
        href={next}
        hx-get={next}
        hx-select={`#${name}-rows > ${row}`}
        hx-target={`#${name}-rows`}
        hx-swap="beforeend"
        hx-select-oob={`#${name}-pager`}
      >
        <Icon name="arrow-down" />
        Load more
      </a>
    )}
  </footer>
);
