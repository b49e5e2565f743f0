import { Elysia } from "elysia";
import type { OrganisationId } from "./accounts/organisation.ts";
import { activityApi } from "./activity/api.ts";
import { catalogApi } from "./catalog/api.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Sql, type Tx, withOrganisation } from "./db/client.ts";
import { homePages } from "./home/pages.tsx";
import { answerError, type ErrorLog } from "./http/errors.tsx";
import { guard, SECURITY_HEADERS } from "./http/guard.ts";
import { health } from "./http/health.ts";
import { methodsAt } from "./http/methods.ts";
import { staticFiles } from "./http/static.ts";
import { newId } from "./ids.ts";
import { livePages } from "./live/pages.tsx";
import { presetsApi } from "./presets/api.ts";
import { runsApi } from "./runs/api.ts";
import { lifeCycleApi } from "./runs/life-cycle-api.ts";
import { runsPages } from "./runs/pages.tsx";
import { schedulesApi } from "./schedules/api.ts";
import { sellersApi } from "./sellers/api.ts";
import { sellersPages } from "./sellers/pages.tsx";
import { settingsApi } from "./settings/api.ts";
import { templatesApi } from "./templates/api.ts";

export interface AppDeps {
  sql: Sql;
  /** Whose data is served: until there are accounts, one organisation's. */
  orgId: OrganisationId;
  clock?: Clock;
  log: ErrorLog;
}

/** The web side: pages, JSON and live streams over the same services. Does not listen; `stop()` ends the live streams. */
export function createApp({ sql, orgId, clock = systemClock, log }: AppDeps) {
  const inOrganisation = <T>(work: (tx: Tx) => Promise<T>) => withOrganisation(sql, orgId, work);
  const deps = { sql, orgId, inOrganisation, clock, log };
  const requestIds = new WeakMap<Request, string>();
  const idOf = (request: Request) => {
    const id = requestIds.get(request) ?? newId();
    requestIds.set(request, id);
    return id;
  };

  const app = new Elysia({ normalize: false })
    .onRequest(({ request, set, server }) => {
      Object.assign(set.headers, SECURITY_HEADERS, { "x-request-id": idOf(request) });
      guard(request, server?.port);
    })
    .onError(({ request, code, error }) => {
      const methods = methodsAt(app.routes, new URL(request.url).pathname);
      return answerError({ request, requestId: idOf(request), code, error, methods }, log);
    })
    .use(health(deps))
    .use(staticFiles)
    .use(catalogApi(deps))
    .use(settingsApi(deps))
    .use(presetsApi(deps))
    .use(templatesApi(deps))
    .use(schedulesApi(deps))
    .use(runsApi(deps))
    .use(lifeCycleApi(deps))
    .use(sellersApi(deps))
    .use(activityApi(deps))
    .use(livePages(deps))
    .use(homePages(deps))
    .use(runsPages(deps))
    .use(sellersPages(deps));
  return app;
}
