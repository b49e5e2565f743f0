import { Elysia } from "elysia";
import { HomePage } from "../../views/home/page.tsx";
import { html } from "../http/html.ts";
import { nextHref } from "../http/next-href.ts";
import { queryOf } from "../http/query.ts";
import type { WebDeps } from "../http/scope.ts";
import { PageQuery } from "../runs/list-request.ts";
import { pageOfRuns } from "../runs/lists.ts";
import { countNewSince, newestSellers } from "../sellers/lists.ts";
import { getFrame } from "./frame.ts";

const RUNS = 20;
const NEWEST = 12;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export const homePages = ({ inOrganisation, orgId, clock }: WebDeps) =>
  new Elysia().get("/", async ({ request }) => {
    const { limit = RUNS, cursor } = queryOf(PageQuery, request);
    const now = clock.now();
    const [frame, runs, newest, newThisWeek] = await inOrganisation((tx) =>
      Promise.all([
        getFrame(tx, orgId, now),
        pageOfRuns(tx, { limit, ...(cursor !== undefined && { cursor }) }),
        newestSellers(tx, NEWEST),
        countNewSince(tx, new Date(now.getTime() - WEEK_MS)),
      ]),
    );
    const shell = { ...frame, origin: new URL(request.url).origin };
    const next = nextHref(request, runs.nextCursor);
    return html(<HomePage {...{ shell, runs: runs.rows, totalRuns: runs.total, newest, newThisWeek, next }} />);
  });
