export { skipTime as skipUntil } from '../../platform/temporal/skip-time.ts';
