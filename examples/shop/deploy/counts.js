const WINDOW_SECONDS = 10;

/** Answers by version and status code: all of them for Prometheus, and those of the last ten seconds for a quick look. */
export function createCounts(service, now = () => Date.now()) {
  const byVersion = new Map();
  const of = (version) => {
    if (!byVersion.has(version))
      byVersion.set(version, {
        codes: new Map([
          [200, 0],
          [500, 0],
        ]),
        seconds: new Map(),
      });
    return byVersion.get(version);
  };
  return {
    /** Makes a version visible with zero answers, so that a rate can be told from the first one on. */
    expect: (version) => void of(version),
    count(version, code) {
      const { codes, seconds } = of(version);
      codes.set(code, (codes.get(code) ?? 0) + 1);
      const second = Math.floor(now() / 1000);
      const slot = seconds.get(second) ?? { requests: 0, errors: 0 };
      slot.requests += 1;
      if (code >= 500) slot.errors += 1;
      seconds.set(second, slot);
      for (const old of seconds.keys()) if (old <= second - WINDOW_SECONDS) seconds.delete(old);
    },
    /** `errorRate` of the last ten seconds; null without a request, because nothing is known then. */
    json(version) {
      const { codes, seconds } = of(version);
      const since = Math.floor(now() / 1000) - WINDOW_SECONDS;
      const recent = [...seconds].filter(([second]) => second > since).map(([, slot]) => slot);
      const requests = sum(recent.map((slot) => slot.requests));
      const errors = sum(recent.map((slot) => slot.errors));
      const all = [...codes];
      return {
        version,
        requests,
        errors,
        errorRate: requests === 0 ? null : errors / requests,
        total: {
          requests: sum(all.map(([, count]) => count)),
          errors: sum(all.map(([code, count]) => (code >= 500 ? count : 0))),
        },
      };
    },
    versions: () => [...byVersion.keys()],
    text(environment) {
      const lines = [...byVersion].flatMap(([version, { codes }]) =>
        [...codes].map(
          ([code, count]) =>
            `http_requests_total{service="${service}",environment="${environment}",version="${version}",code="${code}"} ${count}`,
        ),
      );
      return [
        '# HELP http_requests_total Answers by version and status code.',
        '# TYPE http_requests_total counter',
        ...lines,
        '',
      ].join('\n');
    },
  };
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
