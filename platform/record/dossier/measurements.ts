import { measurementsOf, type MeasurementRow } from '../results.ts';
import { counted, sentence, type DossierSource } from './source.ts';

type Series = [MeasurementRow, ...MeasurementRow[]];

/** Each series of measurements in short: how many, what they amounted to, and between which values. */
export async function measurementsSection({ db, view }: DossierSource) {
  const all = seriesOf(await measurementsOf(db, view.id)).map(inShort);
  return {
    summary:
      all.length === 0
        ? 'Nothing was measured.'
        : sentence(
            `${counted(
              all.reduce((sum, one) => sum + one.count, 0),
              'measurement',
            )} in ${counted(all.length, 'series', 'series')}.`,
          ),
    series: all,
  };
}

/** One series a metric and place, in the order in which they were begun. */
function seriesOf(rows: readonly MeasurementRow[]): Series[] {
  const series = new Map<string, Series>();
  for (const row of rows) {
    const key = JSON.stringify([row.environment, row.service, row.place, row.metric]);
    const known = series.get(key);
    if (known) known.push(row);
    else series.set(key, [row]);
  }
  return [...series.values()];
}

function inShort(rows: Series) {
  const [first] = rows;
  const last = rows.at(-1) ?? first;
  const values = rows.flatMap(({ value }) => (value === null ? [] : [value]));
  const verdicts: Record<string, number> = {};
  for (const { verdict } of rows) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  return {
    environment: first.environment,
    service: first.service,
    place: first.place,
    metric: first.metric,
    count: rows.length,
    verdicts,
    firstAt: first.at,
    lastAt: last.at,
    /** Decimals as text, so that the document has one canonical form. */
    ...(values.length > 0
      ? { lowest: String(Math.min(...values)), highest: String(Math.max(...values)) }
      : {}),
    last: last.value === null ? undefined : String(last.value),
    because: last.because,
  };
}
