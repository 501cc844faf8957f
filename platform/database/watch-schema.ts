import type { ColumnType, Generated } from 'kysely';
import type { WatchView } from '../../domain/watch/watch.ts';
import type { AttributionState, IncidentSource, Severity } from '../../domain/incidents/incident.ts';
import type { WebhookType } from '../../domain/webhooks/types.ts';
import type { Instant, Json, MaybeInstant } from './columns.ts';

/** Tables of watches, incidents, held promotions and webhooks, as Kysely sees them. */
export interface WatchTables {
  watches: {
    release_id: string;
    environment: string;
    service: string;
    number: number;
    view: Json<WatchView>;
    is_over: boolean;
    updated_at: Instant;
  };
  incidents: {
    id: string;
    key: string | null;
    title: string;
    service: string;
    environment: string | null;
    severity: Severity;
    state: 'open' | 'closed';
    source: IncidentSource;
    started_at: Instant;
    opened_at: Instant;
    opened_by: string;
    closed_at: MaybeInstant;
    closed_by: string | null;
    outcome: string | null;
    attribution: AttributionState;
    attribution_because: string;
    release_id: string | null;
    deployment_id: string | null;
    version: string | null;
    attributed_by: string | null;
    attributed_at: MaybeInstant;
    link: string | null;
    revision: Generated<number>;
  };
  promotion_holds: {
    environment: string;
    service: string;
    release_id: string;
    because: string;
    set_at: Instant;
    lifted_at: MaybeInstant;
    lifted_by: string | null;
    reason: string | null;
  };
  webhook_messages: {
    id: string;
    url: string;
    type: WebhookType;
    release_id: string | null;
    at: Instant;
    data: Json<Record<string, unknown>>;
    state: Generated<'pending' | 'sent' | 'failed'>;
    tries: Generated<number>;
    error: string | null;
    created_at: Generated<Date>;
    sent_at: MaybeInstant;
    next_at: ColumnType<Date | null, Date | string | undefined, Date | string | null>;
  };
  webhook_gone: { url: string; policy_digest: string; at: Instant };
}
