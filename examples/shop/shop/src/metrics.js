/** Counts answers by status code, for people (`/metrics.json`) and Prometheus (`/metrics`). */
export function createMetrics(version) {
  const byCode = new Map();
  const sum = (wanted) => [...byCode].reduce((total, [code, count]) => total + (wanted(code) ? count : 0), 0);
  return {
    count(code) {
      byCode.set(code, (byCode.get(code) ?? 0) + 1);
    },
    json() {
      const requests = sum(() => true);
      const errors = sum((code) => code >= 500);
      return { version, requests, errors, errorRate: requests === 0 ? null : errors / requests };
    },
    text() {
      const lines = [...byCode].map(
        ([code, count]) => `http_requests_total{service="shop",version="${version}",code="${code}"} ${count}`,
      );
      return [
        '# HELP http_requests_total Answers by status code.',
        '# TYPE http_requests_total counter',
        ...lines,
        '',
      ].join('\n');
    },
  };
}
