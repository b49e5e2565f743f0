/** @jsxImportSource @kitajs/html */
import { Elysia } from "elysia";
import { HomePage, type HomeProps, HomePush, RUNS_SHOWN } from "../../views/home/page.tsx";
import { html } from "../http/html.ts";
import { nextHref } from "../http/next-href.ts";
import { queryOf } from "../http/query.ts";
import type { WebDeps } from "../http/scope.ts";
import { PageQuery } from "../runs/list-request.ts";
import { pageOfRuns } from "../runs/lists.ts";
import { FINAL_STATUSES } from "../runs/status.ts";
import { countNewSince, newestSellers } from "../sellers/lists.ts";
import { getFrame } from "./frame.ts";

const NEWEST = 12;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

export const homePages = ({ inOrganisation, orgId, clock }: WebDeps) => {
  const readHome = async (request: Request): Promise<HomeProps> => {
    const { limit = RUNS_SHOWN, cursor } = queryOf(PageQuery, request);
    const now = clock.now();
    const [frame, runs, finished, newest, newThisWeek] = await inOrganisation((tx) =>
      Promise.all([
        getFrame(tx, orgId, now),
        pageOfRuns(tx, { limit, ...(cursor !== undefined && { cursor }) }),
        pageOfRuns(tx, { limit: 1, statuses: FINAL_STATUSES }),
        newestSellers(tx, NEWEST),
        countNewSince(tx, new Date(now.getTime() - WEEK_MS)),
      ]),
    );
    return {
      shell: { ...frame, origin: new URL(request.url).origin },
      runs: runs.rows,
      totalRuns: runs.total,
      lastFinished: finished.rows[0],
      newest,
      newThisWeek,
      next: nextHref(request, runs.nextCursor),
      isFirst: cursor === undefined && limit === RUNS_SHOWN,
    };
  };

  return (
    new Elysia()
      .get("/", async ({ request }) => html(<HomePage {...(await readHome(request))} />))
      // As if the page were asked for: its links are the page's own.
      .get("/now", async ({ request }) =>
        html(<HomePush {...(await readHome(new Request(new URL("/", request.url))))} />),
      )
  );
};
