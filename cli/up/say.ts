/** Tells what a start is busy with, on stderr; nothing there is silent for more than two seconds. */
export interface StartProgress {
  /** Says that something begins which may take a while; repeated with the seconds until the next sentence. */
  say: (sentence: string) => void;
  end: () => void;
}

const repeatEveryMs = 2_000;

export function startProgress(write: (text: string) => void): StartProgress {
  let timer: NodeJS.Timeout | undefined;
  const end = (): void => clearInterval(timer);
  return {
    say(sentence) {
      end();
      write(`${sentence} …\n`);
      const since = Date.now();
      timer = setInterval(() => {
        write(`${sentence} … (${Math.round((Date.now() - since) / 1000)} s)\n`);
      }, repeatEveryMs);
    },
    end,
  };
}
