#!/usr/bin/env node
import { processIo } from './io.ts';
import { run } from './run.ts';

const code = await run(process.argv.slice(2), processIo());
// A command that runs until it is stopped sets its own code while it ends.
if (code !== 0) process.exitCode = code;
