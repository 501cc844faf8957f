import { countBySeverity } from '../../domain/incidents/incident.ts';
import { instantText } from '../../domain/instant-text.ts';
import type { Fact, Measures } from '../../domain/risk/model.ts';
import { confirmedIncidents } from '../../platform/record/incidents/read.ts';
import { factOf, measured, type RiskQuestion } from './question.ts';

/** Incidents of the last 30 days that people have confirmed to come from a release of this service. */
export const incidentFacts = ({ db, service, now }: RiskQuestion): Promise<Fact<Measures['incidents']>> =>
  factOf('The record', async () => {
    const incidents = await confirmedIncidents(db, { service: service.id, now });
    return measured(
      countBySeverity(incidents),
      incidents.map(
        ({ severity, startedAt, title, attribution }) =>
          `${severity} of ${instantText(startedAt)}, ${attribution.version ?? ''}: ${title}`,
      ),
    );
  });
