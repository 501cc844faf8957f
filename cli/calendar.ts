import { Command } from 'commander';
import { agendaCommand } from './calendar/agenda.ts';
import { evaluateCommand } from './calendar/evaluate.ts';
import { feedCommand } from './calendar/feed.ts';
import { overrideCommand } from './calendar/override.ts';
import { reservationCommand } from './calendar/reservation.ts';
import { ruleCommand } from './calendar/rules.ts';
import { slotsCommand } from './calendar/slots.ts';
import type { Cli } from './session.ts';
import { trainCommand } from './train.ts';

/** `gantry calendar …` */
export const calendarCommand = (cli: Cli): Command =>
  new Command('calendar')
    .description(
      'Windows, freezes, overrides and reservations, and when something fits. `gantry freeze` is short for `gantry calendar freeze`.',
    )
    .addHelpText('after', '\nExample:\n  gantry calendar slots shop 1.4.0')
    .addCommand(agendaCommand(cli))
    .addCommand(ruleCommand(cli, 'window'))
    .addCommand(ruleCommand(cli, 'freeze'))
    .addCommand(overrideCommand(cli))
    .addCommand(reservationCommand(cli))
    .addCommand(trainCommand(cli))
    .addCommand(feedCommand(cli))
    .addCommand(slotsCommand(cli))
    .addCommand(evaluateCommand(cli));
