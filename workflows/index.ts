export { calendarWatch } from './calendar-watch.ts';
export { environment } from './environment.ts';
export { release } from './release.ts';
export { riskPreview } from './risk-preview.ts';
export { train } from './train.ts';
export { watch } from './watch.ts';
