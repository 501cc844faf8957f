import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Deployer } from '../../domain/policy/deployer.schema.ts';

/** What a deployment does in the world of a test: `shouts` prints the secret and a flood. */
export type Behaviour = 'works' | 'fails' | 'hangs' | 'shouts';

/** Secret that the worlds hand to their deployers under the name DEPLOY_TOKEN. */
export const secret = 'correct-horse-battery-staple';

/** A place to deploy to, for one kind of deployer. Its ledger has one line for each effect that really happened. */
export interface DeployerWorld {
  deployer(behaviour: Behaviour, timeout?: string): Deployer;
  ledger(): readonly string[];
  close(): Promise<void>;
  /** Of its target, for what `works`. */
  calls: Calls;
  /** Lets calls go on that were left where they were and have outlived their worker. */
  goOn?(): void;
  place: Place;
  /** Makes what an undo brings back go so, where the undo itself is not told how. */
  stands?(behaviour: Behaviour): Promise<void>;
}

/** How a world is opened. `isCalm`: nothing gets lost in it and it is never away. */
export type OpenWorld = (folder: string, o: { isCalm: boolean }) => Promise<DeployerWorld>;

/** What runs in a world, as its deployer hears it. */
export interface Place {
  /** What it calls the version that stands there at first, by the record 1.3.0. */
  before: string;
  /** Takes away whatever runs there. */
  clear(): void;
  /** How it answers from now on. */
  answers(mood: Mood): void;
}

/** Ways of a place to answer without telling what runs there. */
export const moods = ['page', 'half', 'words', 'fails', 'refuses', 'breaksOff', 'hangs'] as const;
export type Mood = (typeof moods)[number];

/** Answers over HTTP as a place in this mood does; false where it is in none. `words`: what says something, but no version. */
export function answerInMood(
  mood: Mood | undefined,
  words: unknown,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): boolean {
  const say = (status: number, type: string, text: string): void =>
    void response.writeHead(status, { 'content-type': type }).end(text);
  switch (mood) {
    case undefined:
      return false;
    case 'page':
      say(200, 'text/html', '<!doctype html>\n<title>Sign in</title>');
      break;
    case 'half':
      say(200, 'application/json', '{"version":"1.4');
      break;
    case 'words':
      say(200, 'application/json', JSON.stringify(words));
      break;
    case 'fails':
      say(500, 'application/json', '{"message":"it is broken"}');
      break;
    case 'refuses':
      say(403, 'application/json', '{"message":"you may not"}');
      break;
    case 'breaksOff':
      request.socket.destroy();
      break;
    case 'hangs':
      break;
  }
  return true;
}

/** A call is `received` before it takes effect, and has `acted` after it and before its answer. */
export type Phase = 'received' | 'acted';

/** What a target is asked for, call by call. */
export class Calls {
  private readonly told = new EventEmitter();

  /** Says that a call has come so far. True: somebody wants it left there, without effect or without its answer. */
  isLeftAt(phase: Phase): boolean {
    const call = { phase, isLeft: false };
    this.told.emit('call', call);
    return call.isLeft;
  }

  /** Hears of each phase of each call, until the answered function is called. @param hear true leaves the call there */
  onEach(hear: () => boolean): () => void {
    const listener = (call: { isLeft: boolean }): void => {
      if (hear()) call.isLeft = true;
    };
    this.told.on('call', listener);
    return () => void this.told.off('call', listener);
  }
}
