const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Thu 26 Nov 17:00 UTC`. Needs no zone data, so a replay of a workflow writes the same sentence on any Node. */
export function instantText(instant: string): string {
  const at = new Date(instant);
  return `${weekdays[at.getUTCDay()] ?? ''} ${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''} ${clockText(instant)}`;
}

/** `09:12 UTC`, where the day is plain from what stands around it. */
export function clockText(instant: string): string {
  const at = new Date(instant);
  return `${twoDigits(at.getUTCHours())}:${twoDigits(at.getUTCMinutes())} UTC`;
}

const twoDigits = (count: number): string => String(count).padStart(2, '0');
