import type { AddedTask } from '../domain/release/tasks.ts';
import type { Command } from './contract.ts';

export const addTaskUpdate = 'addTask';

/** Adds a task to a release; the stage that it names waits for it. */
export interface AddTaskInput extends Command, AddedTask {}
