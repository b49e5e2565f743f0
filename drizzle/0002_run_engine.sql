CREATE TABLE "run_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "run_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"org_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"worker_id" smallint DEFAULT 0 NOT NULL,
	"phase" text,
	"action" text NOT NULL,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account_leases" (
	"account" text NOT NULL,
	"process_id" uuid NOT NULL,
	"wanted" integer NOT NULL,
	"concurrency" integer NOT NULL,
	"rate" double precision NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "account_leases_account_process_id_pk" PRIMARY KEY("account","process_id")
);
--> statement-breakpoint
CREATE TABLE "processes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"provider_account" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "provider_accounts" (
	"key" text PRIMARY KEY NOT NULL,
	"breaker" text DEFAULT 'closed' NOT NULL,
	"retry_at" timestamp with time zone,
	"message" text,
	"probed_by" uuid,
	"probed_until" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "query_cache" (
	"org_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"request_key" text NOT NULL,
	"run_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"stored_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "query_cache_org_id_provider_request_key_pk" PRIMARY KEY("org_id","provider","request_key"),
	CONSTRAINT "query_cache_call" UNIQUE("call_id")
);
--> statement-breakpoint
CREATE TABLE "presets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"name" text NOT NULL,
	"category_ids" text[] NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"org_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request_sha256" text NOT NULL,
	"run_id" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_org_id_key_pk" PRIMARY KEY("org_id","key")
);
--> statement-breakpoint
CREATE TABLE "lanes" (
	"run_id" uuid NOT NULL,
	"epoch" integer NOT NULL,
	"org_id" uuid NOT NULL,
	"process_id" uuid NOT NULL,
	"workers" smallint NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"heartbeat_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "lanes_run_id_epoch_pk" PRIMARY KEY("run_id","epoch"),
	CONSTRAINT "lanes_one_per_process" UNIQUE("run_id","process_id"),
	CONSTRAINT "lanes_workers" CHECK ("lanes"."workers" >= 0)
);
--> statement-breakpoint
CREATE TABLE "schedule_ticks" (
	"schedule_id" uuid NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"org_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"run_id" uuid,
	"message" text,
	"fired_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schedule_ticks_schedule_id_due_at_pk" PRIMARY KEY("schedule_id","due_at")
);
--> statement-breakpoint
CREATE TABLE "schedules" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"name" text NOT NULL,
	"template_id" uuid NOT NULL,
	"cron" text NOT NULL,
	"every_weeks" integer DEFAULT 1 NOT NULL,
	"anchor" text,
	"time_zone" text NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"when_active" text DEFAULT 'skip' NOT NULL,
	"when_missed" text DEFAULT 'skip' NOT NULL,
	"budget_cap_cents" integer,
	"next_at" timestamp with time zone,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "settings_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"org_id" uuid NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"user_name" text,
	"old_value" jsonb NOT NULL,
	"new_value" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "templates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"department_ids" text[],
	"category_ids" text[],
	"preset_id" text,
	"concurrency" smallint,
	"best_seller_pages" smallint,
	"pages_per_product" smallint,
	"markup_percent_min" integer,
	"markup_percent_max" integer,
	"budget_cap_cents" integer,
	"include_loose_matches" boolean,
	"stop_at_cap" boolean,
	"is_default" boolean DEFAULT false NOT NULL,
	"created_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "templates_selection" CHECK (num_nonnulls("templates"."department_ids", "templates"."category_ids", "templates"."preset_id") = 1)
);
--> statement-breakpoint
ALTER TABLE "provider_calls" ADD COLUMN "worker" smallint;--> statement-breakpoint
ALTER TABLE "provider_calls" ADD COLUMN "sellers_new" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "provider_calls" ADD COLUMN "cached_from" uuid;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "preset_id" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "schedule_id" uuid;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "rerun_of" uuid;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "provider_account" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "cached_calls" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "warned_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "settings" ADD COLUMN "provider_requests_per_second" integer;--> statement-breakpoint
ALTER TABLE "settings" ADD COLUMN "provider_concurrency" integer;--> statement-breakpoint
ALTER TABLE "settings" ADD COLUMN "resume_in_new_month" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "query_cache" ADD CONSTRAINT "query_cache_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "presets" ADD CONSTRAINT "presets_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule_ticks" ADD CONSTRAINT "schedule_ticks_schedule_id_schedules_id_fk" FOREIGN KEY ("schedule_id") REFERENCES "public"."schedules"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule_ticks" ADD CONSTRAINT "schedule_ticks_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedules" ADD CONSTRAINT "schedules_template_id_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."templates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "settings_changes" ADD CONSTRAINT "settings_changes_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "templates" ADD CONSTRAINT "templates_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "run_events_of_run" ON "run_events" USING btree ("run_id","id");--> statement-breakpoint
CREATE INDEX "query_cache_age" ON "query_cache" USING btree ("org_id","stored_at");--> statement-breakpoint
CREATE UNIQUE INDEX "presets_name" ON "presets" USING btree ("org_id",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "schedules_name" ON "schedules" USING btree ("org_id",lower("name"));--> statement-breakpoint
CREATE INDEX "schedules_due" ON "schedules" USING btree ("next_at") WHERE "schedules"."enabled";--> statement-breakpoint
CREATE INDEX "settings_changes_newest" ON "settings_changes" USING btree ("org_id","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "templates_name" ON "templates" USING btree ("org_id",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "templates_one_default" ON "templates" USING btree ("org_id") WHERE "templates"."is_default";--> statement-breakpoint
CREATE INDEX "provider_calls_asked" ON "provider_calls" USING btree ("org_id","request_key") WHERE "provider_calls"."state" = 'reserved';