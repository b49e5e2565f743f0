/** @jsxImportSource @kitajs/html */
import { Elysia } from "elysia";
import { RunPage } from "../../views/runs/page.tsx";
import { getFrame } from "../home/frame.ts";
import { html } from "../http/html.ts";
import type { WebDeps } from "../http/scope.ts";
import { getRunState } from "./state.ts";

export const runsPages = ({ inOrganisation, orgId, clock }: WebDeps) =>
  new Elysia({ prefix: "/runs" }).get("/:id", async ({ params, request }) => {
    const now = clock.now();
    const [frame, state] = await inOrganisation((tx) =>
      Promise.all([getFrame(tx, orgId, now), getRunState(tx, params.id, now)]),
    );
    return html(<RunPage shell={{ ...frame, origin: new URL(request.url).origin }} state={state} />);
  });
