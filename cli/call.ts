import { Argument, Command } from 'commander';
import { exitCode, exitCodeOf } from './exit-codes.ts';
import { problemOf } from './client.ts';
import { acting, type Cli } from './session.ts';
import { usageProblem } from './problem.ts';

export const callCommand = (cli: Cli): Command =>
  new Command('call')
    .description('Send one request to the API with the right headers and print the answer as it is.')
    .addArgument(new Argument('<method>', 'GET, POST, DELETE …'))
    .addArgument(new Argument('<path>', 'such as /v1/releases'))
    .option('--data <json>', 'JSON body; - reads it from stdin')
    .addHelpText(
      'after',
      '\nExample:\n  gantry call GET /v1/me\n  gantry call POST /v1/releases --data @- < order.json',
    )
    .action(
      acting(cli, async ({ io, output, client }, command) => {
        const [method = '', path = ''] = command.args;
        const { data } = command.opts<{ data?: string }>();
        if (!/^[A-Za-z]+$/.test(method))
          throw usageProblem(`"${method}" is not a method.`, 'Write GET, POST, PATCH or DELETE.');
        if (!path.startsWith('/'))
          throw usageProblem(`"${path}" is not a path.`, 'Begin it with a slash: /v1/releases');
        const body = data === '-' || data === '@-' ? await io.readStdin() : data;
        const answer = await client.call(method, path, body);
        if (!answer.ok && !isJson(answer)) throw await problemOf(answer);
        const text = await answer.text();
        if (text !== '') output.line(text.replace(/\n$/, ''));
        if (answer.ok) return exitCode.done;
        return exitCodeOf({
          code: 'REQUEST_INVALID',
          status: answer.status,
          retryable: answer.status >= 500,
        });
      }),
    );

const isJson = (answer: Response): boolean => answer.headers.get('content-type')?.includes('json') === true;
