/** @jsxImportSource @kitajs/html */
import type { EvidenceRow, SellerRow } from "../../src/sellers/list-queries.ts";
import { Page } from "../layout/page.tsx";
import type { Shell } from "../layout/shell.ts";
import { count, countOf, feedback, maybeDay, positive } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { FlagMark } from "./chip.tsx";
import { EvidenceList, NoEvidence } from "./evidence.tsx";

interface SellerPageProps {
  shell: Shell;
  seller: SellerRow;
  evidence: EvidenceRow[];
  total: number;
  /** Address of the next page of evidence; null on the last one. */
  next: string | null;
}

export const SellerPage = ({ shell, seller, evidence, total, next }: SellerPageProps) => (
  <Page title={seller.displayName} current="sellers" shell={shell} api={`/api/sellers/${seller.id}/evidence`}>
    <div class="pagehead">
      <div>
        <nav class="crumbs" aria-label="Breadcrumb">
          <a href="/sellers">Sellers</a>
          <Icon name="chevron-right" />
          <span class="break-all" aria-current="page" safe>
            {seller.displayName}
          </span>
        </nav>
        <h1 class="flex flex-wrap items-center gap-2">
          <span class="min-w-0 break-all" safe>
            {seller.displayName}
          </span>
          {seller.flagged ? <FlagMark /> : null}
        </h1>
      </div>
      <a
        class="btn"
        data-variant="outline"
        rel="noreferrer noopener"
        target="_blank"
        href={`https://www.ebay.com/usr/${encodeURIComponent(seller.displayName)}`}
      >
        <Icon name="external-link" />
        Open on eBay
      </a>
    </div>
    <Facts seller={seller} />
    <section class="card" aria-labelledby="evidence-h">
      <header>
        <h2 id="evidence-h">Evidence</h2>
        <p class="num text-muted-foreground" safe>{`${countOf(total, "sighting")}, newest first`}</p>
      </header>
      {evidence.length === 0 ? <NoEvidence /> : <EvidenceList rows={evidence} next={next} />}
    </section>
  </Page>
);

const Facts = ({ seller }: { seller: SellerRow }) => (
  <section aria-label="Key figures">
    <dl class="stats">
      <Fact term="Feedback" text={feedback(seller.feedbackScore, seller.feedbackExact)} />
      <Fact term="Positive" text={positive(seller.feedbackPercent, seller.feedbackScore)} />
      <Fact term="Products matched" text={count(seller.timesSeen)} />
      <Fact term="First seen" text={maybeDay(seller.firstSeenAt)} />
      <Fact term="Last seen" text={maybeDay(seller.lastSeenAt)} />
    </dl>
  </section>
);

const Fact = ({ term, text }: { term: string; text: string }) => (
  <div>
    <dt safe>{term}</dt>
    <dd safe>{text}</dd>
  </div>
);
