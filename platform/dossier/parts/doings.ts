import { stepName } from '../../../domain/rollout/where.ts';
import { html, type SafeHtml } from '../../html.ts';
import { oneLine } from '../../plain-text.ts';
import type { DossierDocument } from '../../record/dossier/index.ts';
import type { Reader } from './reader.ts';
import { table } from './table.ts';

export const actsPart = ({ acts }: DossierDocument, reader: Reader): SafeHtml =>
  html`${table(
    'What people and Gantry did to steer it',
    ['When', 'Who', 'What', 'In these words'],
    acts.acts.map((act) => [
      reader.time(act.at),
      reader.nameOf(act.actor.person ?? act.actor.id),
      oneLine(reader.words(act.sentence, act.at), 1_000),
      act.reason === undefined ? '' : `“${oneLine(act.reason, 2_000)}”`,
    ]),
  )}`;

export const deploymentsPart = ({ deployments }: DossierDocument, reader: Reader): SafeHtml =>
  html`${table(
    'Deployments',
    ['Where', 'What', 'Before', 'How it ended', 'Share', 'When'],
    deployments.deployments.map((one) => [
      one.environment,
      html`${one.service} ${one.version}, ${one.mode} <code>${one.digest ?? one.commit}</code>`,
      one.previousVersion ?? 'nothing',
      one.status,
      `${one.exposure} %`,
      html`${reader.time(one.startedAt)} to ${reader.time(one.endedAt)}`,
    ]),
  )}
  ${table(
    'Step by step',
    ['Where', 'Step', 'State', 'From', 'To'],
    deployments.rollouts.flatMap((rollout) =>
      rollout.steps.map((step) => [
        `${rollout.service} in ${rollout.environment}`,
        stepName(step),
        step.state,
        reader.time(step.startedAt),
        reader.time(step.endedAt),
      ]),
    ),
  )}
  ${table(
    'Target by target',
    ['Where', 'Target', 'State', 'Because', 'When'],
    deployments.rollouts.flatMap(({ service, environment, targets }) =>
      (targets ?? []).map((target) => [
        `${service} in ${environment}`,
        target.name,
        target.state,
        oneLine(target.because ?? '', 1_000),
        reader.time(target.at),
      ]),
    ),
  )}
  ${table(
    'What was taken back',
    ['Where', 'State', 'Attempts', 'Because', 'When'],
    deployments.rollouts.flatMap(({ compensation, service, environment }) =>
      compensation && compensation.state !== 'pending'
        ? [
            [
              `${service} in ${environment}`,
              compensation.state,
              compensation.attempts,
              oneLine(compensation.because, 1_000),
              reader.time(compensation.at),
            ],
          ]
        : [],
    ),
  )}
  ${table(
    'Effects',
    ['Effect', 'Where', 'Outcome', 'Because', 'When', 'Output, SHA-256'],
    deployments.operations.map((one) => [
      html`${one.kind} <code>${one.id}</code>`,
      `${one.service} in ${one.environment}`,
      one.outcome,
      oneLine(one.because, 1_000),
      html`${reader.time(one.startedAt)} to ${reader.time(one.endedAt)}`,
      html`<code>${one.outputSha256}</code>`,
    ]),
  )}`;

export const measurementsPart = ({ measurements }: DossierDocument, reader: Reader): SafeHtml =>
  html`${table(
    'Measurements in short',
    ['Metric', 'Of', 'Measured', 'Verdicts', 'Lowest', 'Highest', 'Last', 'From', 'To'],
    measurements.series.map((one) => [
      one.metric,
      `${one.service} in ${one.environment}, ${one.place}`,
      one.count,
      Object.entries(one.verdicts)
        .map(([verdict, count]) => `${count} ${verdict}`)
        .join(', '),
      one.lowest ?? 'no data',
      one.highest ?? 'no data',
      one.last ?? 'no data',
      reader.time(one.firstAt),
      reader.time(one.lastAt),
    ]),
  )}`;
