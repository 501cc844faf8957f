/** What a metric may come to, and an analysis with it: from worst to best. One metric that runs keeps an otherwise good analysis open. */
export const worstFirst = ['failed', 'error', 'inconclusive', 'running', 'passed'] as const;
