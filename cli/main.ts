#!/usr/bin/env node
import { exitCode } from './exit-codes.ts';
import { processIo } from './io.ts';
import { run } from './run.ts';

const code = await run(process.argv.slice(2), processIo());
// Requests may still be under way to a server that hangs: who pressed Ctrl-C waits for none of them.
if (code === exitCode.interrupted) process.exit(code);
// A command that runs until it is stopped sets its own code while it ends.
if (code !== 0) process.exitCode = code;
