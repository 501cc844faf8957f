/** Every gate that can have a row, in the order in which people read them. A new gate adds its name here. */
export const gateNames: readonly string[] = [
  'dependencies',
  'checks',
  'approvals',
  'schedule',
  'window',
  'freeze',
  'fit',
  'reservation',
  'lock',
  'hold',
];
